//! The parser's errors in CPython's words.

use ruff_python_ast::token::{TokenKind, Tokens};
use ruff_python_ast::{Expr, IrrefutablePatternKind};
use ruff_python_parser::semantic_errors::{SemanticSyntaxError, SemanticSyntaxErrorKind, WriteToDebugKind};
use ruff_python_parser::{
    InterpolatedStringErrorType, LexicalErrorType, ParseError, ParseErrorType, UnsupportedSyntaxErrorKind,
};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::diagnose::{Around, is_comparable};
use super::escape::escape_error;
use super::number::number_error;
use crate::error::{CompileError, ErrorKind};

/// CPython's limit on open brackets (`MAXLEVEL` in `Parser/lexer/state.h`).
const BRACKETS: usize = 200;

/// Turns an error of the parser into ours.
pub fn parse_error(source: &str, tokens: &Tokens, error: &ParseError) -> CompileError {
    let range = error.location;
    if let Some(error) = number_error(source, range.start()) {
        return error;
    }
    if let ParseErrorType::Lexical(lexical) = &error.error {
        return lexical_error(source, tokens, lexical, range);
    }
    if let Some(error) = bracket_error(source, range) {
        return error;
    }
    let around = Around::new(source, tokens, range);
    let error = syntax_error(source, &around, error);
    match error.message.starts_with("invalid syntax") || error.message.ends_with("expecting '}'") {
        true => around.diagnose().unwrap_or(error),
        false => error,
    }
}

/// The error of a source whose tokens are in order.
fn syntax_error(source: &str, around: &Around<'_>, error: &ParseError) -> CompileError {
    let range = error.location;
    let described = || describe_source(&source[range]);
    let message = match &error.error {
        ParseErrorType::ExpectedToken { expected: TokenKind::Lpar, .. } if around.follows_defined_name() => {
            return CompileError::syntax("expected '('", TextRange::at(range.start(), TextSize::new(1)));
        }
        ParseErrorType::ExpectedToken { expected: TokenKind::Colon, found } => {
            missing_colon(*found).to_owned()
        }
        ParseErrorType::UnexpectedIndentation => {
            let last = TextRange::empty(range.end() - TextSize::new(u32::from(!range.is_empty())));
            return mixed_indentation(source, range)
                .unwrap_or_else(|| CompileError::new(ErrorKind::Indentation, "unexpected indent", last));
        }
        ParseErrorType::SimpleStatementsOnSameLine => return missing_parentheses(source, range),
        ParseErrorType::OtherError(text) => return other_error(source, text, range),
        ParseErrorType::InvalidAssignmentTarget => invalid_target(source, range),
        ParseErrorType::InvalidDeleteTarget => format!("cannot delete {}", described()),
        ParseErrorType::InvalidNamedAssignmentTarget => {
            format!("cannot use assignment expressions with {}", described())
        }
        ParseErrorType::InvalidAugmentedAssignmentTarget => {
            format!("'{}' is an illegal expression for augmented assignment", described())
        }
        ParseErrorType::InvalidAnnotatedAssignmentTarget => match described().as_str() {
            kind @ ("tuple" | "list") => format!("only single target (not {kind}) can be annotated"),
            _ => "illegal target for annotation".to_owned(),
        },
        ParseErrorType::PositionalAfterKeywordArgument => {
            let message = "positional argument follows keyword argument";
            return CompileError::syntax(message, around.call_end().unwrap_or(range));
        }
        ParseErrorType::PositionalAfterKeywordUnpacking => {
            let message = "positional argument follows keyword argument unpacking";
            return CompileError::syntax(message, around.call_end().unwrap_or(range));
        }
        ParseErrorType::InvalidArgumentUnpackingOrder => {
            let message = "iterable argument unpacking follows keyword argument unpacking";
            return CompileError::syntax(message, around.with_comma(range));
        }
        ParseErrorType::IterableUnpackingInComprehension => {
            "iterable unpacking cannot be used in comprehension".to_owned()
        }
        ParseErrorType::UnparenthesizedGeneratorExpression => {
            "Generator expression must be parenthesized".to_owned()
        }
        ParseErrorType::NonDefaultParamAfterDefaultParam => {
            "parameter without a default follows parameter with a default".to_owned()
        }
        ParseErrorType::ExpectedKeywordParam => "named arguments must follow bare *".to_owned(),
        ParseErrorType::VarParameterWithDefault => {
            let kind = if is_keywords(source, range) { "var-keyword" } else { "var-positional" };
            format!("{kind} argument cannot have default value")
        }
        ParseErrorType::ParamAfterVarKeywordParam => {
            "arguments cannot follow var-keyword argument".to_owned()
        }
        ParseErrorType::InvalidStarredExpressionUsage => "can't use starred expression here".to_owned(),
        ParseErrorType::InvalidMatchPatternTarget => "cannot use '_' as a target".to_owned(),
        ParseErrorType::EmptyTypeParams => "Type parameter list cannot be empty".to_owned(),
        ParseErrorType::EmptyImportNames if !source[range.start().to_usize()..].starts_with(')') => {
            "Expected one or more names after 'import'".to_owned()
        }
        ParseErrorType::ExpectedRealNumber => "real number required in complex literal".to_owned(),
        ParseErrorType::ExpectedImaginaryNumber => "imaginary number required in complex literal".to_owned(),
        ParseErrorType::FStringError(kind) => {
            format!("f-string: {}", interpolation_message(kind, &source[range]))
        }
        ParseErrorType::TStringError(kind) => {
            format!("t-string: {}", interpolation_message(kind, &source[range]))
        }
        _ => "invalid syntax".to_owned(),
    };
    CompileError::syntax(message, range)
}

fn lexical_error(source: &str, tokens: &Tokens, error: &LexicalErrorType, range: TextRange) -> CompileError {
    let text = &source[range];
    let line = || source[..range.end().to_usize()].lines().count().max(1);
    let message = match error {
        LexicalErrorType::UnclosedStringError => unterminated("string", text, line()),
        LexicalErrorType::FStringError(kind) => match kind {
            InterpolatedStringErrorType::UnterminatedString => {
                format!("unterminated f-string literal (detected at line {})", line())
            }
            InterpolatedStringErrorType::UnterminatedTripleQuotedString => {
                format!("unterminated triple-quoted f-string literal (detected at line {})", line())
            }
            kind => format!("f-string: {}", interpolation_message(kind, text)),
        },
        LexicalErrorType::TStringError(kind) => match kind {
            InterpolatedStringErrorType::UnterminatedString => {
                format!("unterminated t-string literal (detected at line {})", line())
            }
            InterpolatedStringErrorType::UnterminatedTripleQuotedString => {
                format!("unterminated triple-quoted t-string literal (detected at line {})", line())
            }
            kind => format!("t-string: {}", interpolation_message(kind, text)),
        },
        LexicalErrorType::IndentationError => return indentation_error(source, range),
        LexicalErrorType::UnrecognizedToken { tok } if is_unprintable(*tok) => {
            let message = format!("invalid non-printable character U+{:04X}", u32::from(*tok));
            return CompileError::syntax(message, TextRange::empty(range.start()));
        }
        LexicalErrorType::UnrecognizedToken { tok } if tok.is_ascii() => "invalid syntax".to_owned(),
        LexicalErrorType::UnrecognizedToken { tok } => {
            format!("invalid character '{tok}' (U+{:04X})", u32::from(*tok))
        }
        LexicalErrorType::LineContinuationError => {
            let behind = TextRange::empty(range.start() + TextSize::new(1));
            let message = match source[range.start().to_usize()..].trim_end() == "\\" {
                true => "unexpected EOF while parsing",
                false => "unexpected character after line continuation character",
            };
            return CompileError::syntax(message, behind);
        }
        LexicalErrorType::Eof => return at_end(source, range),
        LexicalErrorType::InvalidByteLiteral
        | LexicalErrorType::UnicodeError
        | LexicalErrorType::MissingUnicodeLbrace
        | LexicalErrorType::MissingUnicodeRbrace => return escape_error(source, tokens, range.start()),
        LexicalErrorType::StringError => "invalid syntax".to_owned(),
        LexicalErrorType::OtherError(_) => {
            "leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers"
                .to_owned()
        }
    };
    let starts = |kind: TokenKind| matches!(kind, TokenKind::FStringStart | TokenKind::TStringStart);
    let start = tokens.iter().rfind(|token| starts(token.kind()) && token.start() <= range.start());
    match start.filter(|_| message.starts_with("unterminated")) {
        Some(start) => CompileError::syntax(message, TextRange::empty(start.start())),
        None => CompileError::syntax(message, range),
    }
}

fn unterminated(kind: &str, text: &str, line: usize) -> String {
    let body = text.trim_start_matches(|character: char| character.is_ascii_alphabetic());
    let triple = body.starts_with("'''") || body.starts_with("\"\"\"");
    let triple = if triple { "triple-quoted " } else { "" };
    format!("unterminated {triple}{kind} literal (detected at line {line})")
}

/// Control characters, formats and blanks other than ASCII's.
fn is_unprintable(character: char) -> bool {
    let is_format = matches!(
        character,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}'
    );
    is_format || character.is_control() || character.is_whitespace() && character != ' '
}

/// A colon is said to be missing only where nothing else could be meant.
fn missing_colon(found: TokenKind) -> &'static str {
    match found {
        TokenKind::Newline => "expected ':'",
        TokenKind::Equal => "invalid syntax. Maybe you meant '==' or ':=' instead of '='?",
        _ => "invalid syntax",
    }
}

/// Two expressions in a row: perhaps a `print` of Python 2.
fn missing_parentheses(source: &str, range: TextRange) -> CompileError {
    let before = &source[..range.start().to_usize()];
    let start = before.rfind(['\n', ';']).map_or(0, |newline| newline + 1);
    let start = start + before[start..].len() - before[start..].trim_start().len();
    let word = before[start..].trim_end();
    if !matches!(word, "print" | "exec") {
        return CompileError::syntax("invalid syntax", range);
    }
    let message = format!("Missing parentheses in call to '{word}'. Did you mean {word}(...)?");
    CompileError::syntax(message, TextRange::new(TextSize::new(start as u32), range.end()))
}

fn interpolation_message(kind: &InterpolatedStringErrorType, text: &str) -> String {
    let message = match kind {
        InterpolatedStringErrorType::UnclosedLbrace => "expecting '}'",
        InterpolatedStringErrorType::InvalidConversionFlag if !text.starts_with(char::is_alphabetic) => {
            "missing conversion character"
        }
        InterpolatedStringErrorType::InvalidConversionFlag => {
            return format!("invalid conversion character '{text}': expected 's', 'r', or 'a'");
        }
        InterpolatedStringErrorType::SingleRbrace => "single '}' is not allowed",
        InterpolatedStringErrorType::UnterminatedString => "unterminated string",
        InterpolatedStringErrorType::UnterminatedTripleQuotedString => "unterminated triple-quoted string",
        InterpolatedStringErrorType::LambdaWithoutParentheses => {
            "lambda expressions are not allowed without parentheses"
        }
        InterpolatedStringErrorType::ConversionFlagNotImmediatelyAfterExclamation => {
            "conversion type must come right after the exclamation mark"
        }
        InterpolatedStringErrorType::NewlineInFormatSpec => {
            "newlines are not allowed in format specifiers for single quoted strings"
        }
    };
    message.to_owned()
}

/// Whether the parameter with this default value is `**kwargs`.
fn is_keywords(source: &str, range: TextRange) -> bool {
    let before = source[..range.start().to_usize()].trim_end();
    before.trim_end_matches(|character: char| character.is_alphanumeric() || character == '_').ends_with("**")
}

/// Bad indentation: `TabError` when tabs and blanks are mixed, else a dedent to no outer level.
fn indentation_error(source: &str, range: TextRange) -> CompileError {
    mixed_indentation(source, range).unwrap_or_else(|| {
        let end =
            source[range.end().to_usize()..].find('\n').unwrap_or(source.len() - range.end().to_usize());
        CompileError::new(
            ErrorKind::Indentation,
            "unindent does not match any outer indentation level",
            TextRange::empty(range.end() + TextSize::new(end as u32)),
        )
    })
}

/// `TabError` if the line's indentation and the one's before cannot be compared without knowing the width of a tab.
fn mixed_indentation(source: &str, range: TextRange) -> Option<CompileError> {
    let start = source[..range.end().to_usize()].rfind('\n').map_or(0, |newline| newline + 1);
    let indentation = |line: &str| line[..line.len() - line.trim_start_matches([' ', '\t']).len()].to_owned();
    let here = indentation(&source[start..]);
    let before = source[..start].lines().rev().find(|line| !line.trim().is_empty()).map(indentation)?;
    let comparable = here.starts_with(&before) || before.starts_with(&here);
    let message = "inconsistent use of tabs and spaces in indentation";
    (!comparable && (here.contains('\t') || before.contains('\t')))
        .then(|| CompileError::new(ErrorKind::Tab, message, range))
}

fn other_error(source: &str, text: &str, range: TextRange) -> CompileError {
    if text.starts_with("Expected an indented block") {
        let (construct, line) = block_opener(source, range.start());
        let message = format!("expected an indented block after {construct} on line {line}");
        return CompileError::new(ErrorKind::Indentation, message, range);
    }
    let message = match text {
        "Expected `except` or `finally` after `try` block" => "expected 'except' or 'finally' block",
        "Multiple exception types must be parenthesized when using `as`" => {
            "multiple exception types must be parenthesized when using 'as'"
        }
        "Cannot have both 'except' and 'except*' on the same 'try'" => {
            "cannot have both 'except' and 'except*' on the same 'try'"
        }
        "Expected one or more exception types" => "expected one or more exception types",
        "Only single target (not list) can be annotated" => "only single target (not list) can be annotated",
        "Only single target (not tuple) can be annotated" => {
            "only single target (not tuple) can be annotated"
        }
        "Positional patterns cannot follow keyword patterns" => "positional patterns follow keyword patterns",
        _ => "invalid syntax",
    };
    CompileError::syntax(message, range)
}

/// What opened the block that is missing before `position`, and on which line.
fn block_opener(source: &str, position: TextSize) -> (String, usize) {
    let before = &source[..position.to_usize()];
    let mut lines: Vec<(usize, &str)> = before.lines().enumerate().collect();
    let current_is_opener = lines.last().is_some_and(|(_, line)| line.trim_end().ends_with(':'));
    if !current_is_opener && !before.ends_with('\n') {
        lines.pop();
    }
    let opener = lines.iter().rev().find(|(_, line)| {
        let line = line.trim_start();
        !line.is_empty() && !line.starts_with('#')
    });
    let (index, line) = opener.copied().unwrap_or((0, ""));
    let line = line.trim_start();
    let line = line.strip_prefix("async ").unwrap_or(line);
    let word: String = line.chars().take_while(|character| character.is_ascii_alphabetic()).collect();
    let construct = match word.as_str() {
        "def" => "function definition".to_owned(),
        "class" => "class definition".to_owned(),
        "except" if line.starts_with("except*") => "'except*' statement".to_owned(),
        word => format!("'{word}' statement"),
    };
    (construct, index + 1)
}

fn at_end(source: &str, range: TextRange) -> CompileError {
    bracket_error(source, range)
        .unwrap_or_else(|| CompileError::syntax("unexpected EOF while parsing", range))
}

/// Brackets that do not pair up explain an error better than what the parser expected instead.
fn bracket_error(source: &str, range: TextRange) -> Option<CompileError> {
    let mut open: Vec<(char, usize)> = Vec::new();
    for (position, character) in brackets(source) {
        let here = TextRange::at(TextSize::new(position as u32), TextSize::new(1));
        if matches!(character, '(' | '[' | '{') {
            open.push((character, position));
            if open.len() > BRACKETS {
                return Some(CompileError::syntax("too many nested parentheses", here));
            }
            continue;
        }
        match open.pop() {
            None => return Some(CompileError::syntax(format!("unmatched '{character}'"), here)),
            Some((opening, _)) if closing(opening) != character => {
                let message = format!(
                    "closing parenthesis '{character}' does not match opening parenthesis '{opening}'"
                );
                return Some(CompileError::syntax(message, here));
            }
            Some(_) => {}
        }
    }
    // An error on the line of the bracket stands; behind that line, what was not closed is to blame.
    let (opening, position) = open.pop()?;
    let here = TextRange::at(TextSize::new(position as u32), TextSize::new(1));
    let between = source.get(position..range.start().to_usize())?;
    let at_end = source[range.start().to_usize()..].trim().is_empty();
    (at_end || between.contains('\n'))
        .then(|| CompileError::syntax(format!("'{opening}' was never closed"), here))
}

fn closing(opening: char) -> char {
    match opening {
        '(' => ')',
        '[' => ']',
        _ => '}',
    }
}

/// The brackets of a source outside strings and comments.
fn brackets(source: &str) -> Vec<(usize, char)> {
    let bytes = source.as_bytes();
    let mut found = Vec::new();
    let mut index = 0;
    while let Some(&byte) = bytes.get(index) {
        match byte {
            b'#' => index += source[index..].find('\n').unwrap_or(source.len() - index),
            b'\'' | b'"' => index = string_end(bytes, index),
            b'(' | b'[' | b'{' | b')' | b']' | b'}' => {
                found.push((index, char::from(byte)));
                index += 1;
            }
            _ => index += 1,
        }
    }
    found
}

fn string_end(bytes: &[u8], start: usize) -> usize {
    let quote = bytes[start];
    let triple = bytes[start..].starts_with(&[quote; 3]);
    let mut index = start + if triple { 3 } else { 1 };
    while let Some(&byte) = bytes.get(index) {
        match byte {
            b'\\' => index += 2,
            b'\n' if !triple => return index,
            _ if byte == quote && !triple => return index + 1,
            _ if byte == quote && bytes[index..].starts_with(&[quote; 3]) => return index + 3,
            _ => index += 1,
        }
    }
    bytes.len()
}

/// Refuses sources that nest brackets deeper than CPython does.
pub fn check_nesting(source: &str) -> Result<(), CompileError> {
    let mut depth = 0usize;
    for (position, character) in brackets(source) {
        if matches!(character, '(' | '[' | '{') {
            depth += 1;
            if depth > BRACKETS {
                let here = TextRange::at(TextSize::new(position as u32), TextSize::new(1));
                return Err(CompileError::syntax("too many nested parentheses", here));
            }
        } else {
            depth = depth.saturating_sub(1);
        }
    }
    Ok(())
}

/// A whole left side that is no target may have been meant as a comparison.
fn invalid_target(source: &str, range: TextRange) -> String {
    let before = source[..range.start().to_usize()].trim_end_matches(['(', ' ', '\t']);
    let behind = source[range.end().to_usize()..].trim_start_matches([')', ' ', '\t']);
    let starts = before.is_empty() || before.ends_with(['\n', ';', ':', ',']);
    let rest = behind.strip_prefix('=').unwrap_or_default();
    let is_last = !rest.lines().next().unwrap_or_default().replace("==", "").contains('=');
    let text = source[range].trim();
    let Ok(parsed) = ruff_python_parser::parse_expression(text) else {
        return match (text.starts_with("yield"), text.contains(":=")) {
            (true, _) => "assignment to yield expression not possible".to_owned(),
            (_, true) => {
                "cannot assign to named expression here. Maybe you meant '==' instead of '='?".to_owned()
            }
            _ => "cannot assign to expression".to_owned(),
        };
    };
    if let Expr::Yield(_) | Expr::YieldFrom(_) = parsed.expr() {
        return "assignment to yield expression not possible".to_owned();
    }
    let kind = describe(parsed.expr());
    match starts && !rest.is_empty() && is_last && is_comparable(parsed.expr()) {
        true => format!("cannot assign to {kind} here. Maybe you meant '==' instead of '='?"),
        false => format!("cannot assign to {kind}"),
    }
}

/// The message for syntax that a later Python allows; `text` is the construct.
pub fn unsupported_message(kind: UnsupportedSyntaxErrorKind, text: &str) -> &'static str {
    match kind {
        UnsupportedSyntaxErrorKind::UnpackingInComprehension(_) if text.starts_with("**") => {
            "dict unpacking cannot be used in dict comprehension"
        }
        UnsupportedSyntaxErrorKind::UnpackingInComprehension(_) => {
            "iterable unpacking cannot be used in comprehension"
        }
        _ => "invalid syntax",
    }
}

fn describe_source(text: &str) -> String {
    match ruff_python_parser::parse_expression(text.trim()) {
        Ok(parsed) => describe(parsed.expr()).to_owned(),
        Err(_) if text.trim_start().starts_with("yield") => "yield expression".to_owned(),
        Err(_) if text.trim_start().starts_with('*') => "starred".to_owned(),
        Err(_) => "expression".to_owned(),
    }
}

/// What CPython calls an expression that is no target (`_PyPegen_get_expr_name`).
pub fn describe(expression: &Expr) -> &'static str {
    match expression {
        Expr::BoolOp(_) | Expr::BinOp(_) | Expr::UnaryOp(_) => "expression",
        Expr::Named(_) => "named expression",
        Expr::Lambda(_) => "lambda",
        Expr::If(_) => "conditional expression",
        Expr::Dict(_) => "dict literal",
        Expr::Set(_) => "set display",
        Expr::ListComp(_) => "list comprehension",
        Expr::SetComp(_) => "set comprehension",
        Expr::DictComp(_) => "dict comprehension",
        Expr::Generator(_) => "generator expression",
        Expr::Await(_) => "await expression",
        Expr::Yield(_) | Expr::YieldFrom(_) => "yield expression",
        Expr::Compare(_) => "comparison",
        Expr::Call(_) => "function call",
        Expr::FString(_) => "f-string expression",
        Expr::TString(_) => "t-string expression",
        Expr::StringLiteral(_) | Expr::BytesLiteral(_) | Expr::NumberLiteral(_) => "literal",
        Expr::BooleanLiteral(literal) if literal.value => "True",
        Expr::BooleanLiteral(_) => "False",
        Expr::NoneLiteral(_) => "None",
        Expr::EllipsisLiteral(_) => "ellipsis",
        Expr::Attribute(_) => "attribute",
        Expr::Subscript(_) => "subscript",
        Expr::Starred(_) => "starred",
        Expr::Name(_) => "name",
        Expr::List(_) => "list",
        Expr::Tuple(_) => "tuple",
        Expr::Slice(_) | Expr::IpyEscapeCommand(_) => "slice",
    }
}

/// A semantic error in CPython's words.
pub fn semantic_error(source: &str, error: &SemanticSyntaxError) -> CompileError {
    let text = &source[error.range];
    if let SemanticSyntaxErrorKind::DifferentMatchPatternBindings = error.kind {
        // A capture that always matches is found first.
        let first = text.split('|').next().unwrap_or_default().trim_end();
        if first != "_" && is_identifier(first) {
            let message = format!("name capture '{first}' makes remaining patterns unreachable");
            let range = TextRange::at(error.range.start(), TextSize::of(first));
            return CompileError::syntax(message, range);
        }
    }
    CompileError::syntax(semantic_message(source, error), error.range)
}

fn is_identifier(text: &str) -> bool {
    !text.starts_with(|c: char| c.is_ascii_digit())
        && !text.is_empty()
        && text.chars().all(|c| c.is_alphanumeric() || c == '_')
}

fn semantic_message(source: &str, error: &SemanticSyntaxError) -> String {
    let text = &source[error.range];
    let name = || {
        text.trim_start_matches('*').split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or("")
    };
    use SemanticSyntaxErrorKind as Kind;
    match &error.kind {
        Kind::DuplicateTypeParameter => format!("duplicate type parameter '{}'", name()),
        Kind::ReboundComprehensionVariable => {
            format!("assignment expression cannot rebind comprehension iteration variable '{}'", name())
        }
        Kind::LateFutureImport => {
            "from __future__ imports must occur at the beginning of the file".to_owned()
        }
        Kind::DuplicateMatchKey(key) => format!("mapping pattern checks duplicate key ({key})"),
        Kind::IrrefutableCasePattern(IrrefutablePatternKind::Name(name)) => {
            format!("name capture '{name}' makes remaining patterns unreachable")
        }
        Kind::MultipleCaseAssignment(name) => format!("multiple assignments to name '{name}' in pattern"),
        Kind::WriteToDebug(WriteToDebugKind::Store) => "cannot assign to __debug__".to_owned(),
        Kind::WriteToDebug(WriteToDebugKind::Delete(_)) => "cannot delete __debug__".to_owned(),
        Kind::DuplicateMatchClassAttribute(name) => {
            format!("attribute name repeated in class pattern: {name}")
        }
        Kind::LoadBeforeGlobalDeclaration { name, .. } => {
            format!("name '{name}' is used prior to global declaration")
        }
        Kind::InvalidStarExpression => "can't use starred expression here".to_owned(),
        Kind::YieldOutsideFunction(kind) => format!("'{kind}' outside function"),
        Kind::ReturnOutsideFunction => "'return' outside function".to_owned(),
        Kind::AwaitOutsideAsyncFunction(kind) => {
            let kind = kind.to_string();
            match kind.strip_prefix('`').and_then(|kind| kind.strip_suffix('`')) {
                Some(kind) => format!("'{kind}' outside async function"),
                None => format!("{kind} outside of an asynchronous function"),
            }
        }
        Kind::DuplicateParameter(name) => format!("duplicate argument '{name}' in function definition"),
        Kind::DuplicateKeywordArgument(name) => format!("keyword argument repeated: {name}"),
        Kind::AnnotatedGlobal(name) => format!("annotated name '{name}' can't be global"),
        Kind::YieldFromInAsyncFunction => "'yield from' inside async function".to_owned(),
        Kind::NonModuleImportStar(_) => "import * only allowed at module level".to_owned(),
        Kind::MultipleStarredExpressions => "multiple starred expressions in assignment".to_owned(),
        Kind::FutureFeatureNotDefined(name) if name == "braces" => "not a chance".to_owned(),
        Kind::FutureFeatureNotDefined(name) => format!("future feature {name} is not defined"),
        Kind::BreakOutsideLoop => "'break' outside loop".to_owned(),
        Kind::ContinueOutsideLoop => "'continue' not properly in loop".to_owned(),
        Kind::ReturnInGenerator => "'return' with value in async generator".to_owned(),
        Kind::TypeParameterDefaultOrder(name) => {
            format!("non-default type parameter '{name}' follows default type parameter")
        }
        Kind::InvalidExpression(kind, place) => match place.to_string().as_str() {
            "type annotation" => format!("{kind} cannot be used within an annotation"),
            "generic definition" => format!("{kind} cannot be used within the definition of a generic"),
            place => format!("{kind} cannot be used within a {place}"),
        },
        _ => error.to_string(),
    }
}
