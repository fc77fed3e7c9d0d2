//! The parser's errors in CPython's words.

use ruff_python_ast::token::TokenKind;
use ruff_python_ast::{Expr, IrrefutablePatternKind};
use ruff_python_parser::semantic_errors::{SemanticSyntaxError, SemanticSyntaxErrorKind, WriteToDebugKind};
use ruff_python_parser::{
    InterpolatedStringErrorType, LexicalErrorType, ParseError, ParseErrorType, UnsupportedSyntaxErrorKind,
};
use ruff_text_size::{TextRange, TextSize};

use crate::error::{CompileError, ErrorKind};

/// CPython's limit on open brackets (`MAXLEVEL` in `Parser/lexer/state.h`).
const BRACKETS: usize = 200;

/// Turns an error of the parser into ours.
pub fn parse_error(source: &str, error: &ParseError) -> CompileError {
    let range = error.location;
    if let ParseErrorType::Lexical(lexical) = &error.error {
        return lexical_error(source, lexical, range);
    }
    if let Some(error) = bracket_error(source, range) {
        return error;
    }
    let described = || describe_source(&source[range]);
    let message = match &error.error {
        ParseErrorType::ExpectedToken { expected: TokenKind::Colon, found } => {
            missing_colon(*found).to_owned()
        }
        ParseErrorType::UnexpectedIndentation => {
            return mixed_indentation(source, range)
                .unwrap_or_else(|| CompileError::new(ErrorKind::Indentation, "unexpected indent", range));
        }
        ParseErrorType::SimpleStatementsOnSameLine => return missing_parentheses(source, range),
        ParseErrorType::OtherError(text) => return other_error(source, text, range),
        ParseErrorType::InvalidAssignmentTarget => invalid_target(source, range, &described()),
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
            "positional argument follows keyword argument".to_owned()
        }
        ParseErrorType::PositionalAfterKeywordUnpacking => {
            "positional argument follows keyword argument unpacking".to_owned()
        }
        ParseErrorType::InvalidArgumentUnpackingOrder => {
            "iterable argument unpacking follows keyword argument unpacking".to_owned()
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
            "var-positional parameter cannot have default value".to_owned()
        }
        ParseErrorType::ParamAfterVarKeywordParam => {
            "parameters cannot follow var-keyword parameter".to_owned()
        }
        ParseErrorType::InvalidStarredExpressionUsage => "can't use starred expression here".to_owned(),
        ParseErrorType::InvalidMatchPatternTarget => "cannot use '_' as a target".to_owned(),
        ParseErrorType::EmptyTypeParams => "Type parameter list cannot be empty".to_owned(),
        ParseErrorType::EmptyImportNames => "Expected one or more names after 'import'".to_owned(),
        ParseErrorType::ExpectedRealNumber => "real number required in complex literal".to_owned(),
        ParseErrorType::ExpectedImaginaryNumber => "imaginary number required in complex literal".to_owned(),
        ParseErrorType::FStringError(kind) => format!("f-string: {}", interpolation_message(kind)),
        ParseErrorType::TStringError(kind) => format!("t-string: {}", interpolation_message(kind)),
        _ => "invalid syntax".to_owned(),
    };
    CompileError::syntax(message, range)
}

fn lexical_error(source: &str, error: &LexicalErrorType, range: TextRange) -> CompileError {
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
            kind => format!("f-string: {}", interpolation_message(kind)),
        },
        LexicalErrorType::TStringError(kind) => match kind {
            InterpolatedStringErrorType::UnterminatedString => {
                format!("unterminated t-string literal (detected at line {})", line())
            }
            InterpolatedStringErrorType::UnterminatedTripleQuotedString => {
                format!("unterminated triple-quoted t-string literal (detected at line {})", line())
            }
            kind => format!("t-string: {}", interpolation_message(kind)),
        },
        LexicalErrorType::IndentationError => return indentation_error(source, range),
        LexicalErrorType::UnrecognizedToken { tok } if tok.is_ascii() => "invalid syntax".to_owned(),
        LexicalErrorType::UnrecognizedToken { tok } if tok.is_control() => {
            format!("invalid non-printable character U+{:04X}", u32::from(*tok))
        }
        LexicalErrorType::UnrecognizedToken { tok } => {
            format!("invalid character '{tok}' (U+{:04X})", u32::from(*tok))
        }
        LexicalErrorType::LineContinuationError => {
            "unexpected character after line continuation character".to_owned()
        }
        LexicalErrorType::Eof => return at_end(source, range),
        LexicalErrorType::InvalidByteLiteral => "bytes can only contain ASCII literal characters".to_owned(),
        LexicalErrorType::UnicodeError
        | LexicalErrorType::MissingUnicodeLbrace
        | LexicalErrorType::MissingUnicodeRbrace => {
            "(unicode error) 'unicodeescape' codec can't decode bytes: malformed escape".to_owned()
        }
        LexicalErrorType::StringError => "invalid syntax".to_owned(),
        LexicalErrorType::OtherError(_) => number_message(source, range).to_owned(),
    };
    CompileError::syntax(message, range)
}

fn unterminated(kind: &str, text: &str, line: usize) -> String {
    let body = text.trim_start_matches(|character: char| character.is_ascii_alphabetic());
    let triple = body.starts_with("'''") || body.starts_with("\"\"\"");
    let triple = if triple { "triple-quoted " } else { "" };
    format!("unterminated {triple}{kind} literal (detected at line {line})")
}

/// What is wrong with a number.
fn number_message(source: &str, range: TextRange) -> &'static str {
    let start = source[..range.start().to_usize()]
        .rfind(|character: char| !character.is_ascii_alphanumeric() && character != '_' && character != '.')
        .map_or(0, |position| position + 1);
    let number = source[start..].trim_start().to_ascii_lowercase();
    match number.as_bytes() {
        [b'0', b'x', ..] => "invalid hexadecimal literal",
        [b'0', b'o', ..] => "invalid octal literal",
        [b'0', b'b', ..] => "invalid binary literal",
        [b'0', b'0'..=b'9' | b'_', ..] => {
            "leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers"
        }
        _ => "invalid decimal literal",
    }
}

/// A colon is said to be missing only where nothing else could be meant.
fn missing_colon(found: TokenKind) -> &'static str {
    match found {
        TokenKind::Newline => "expected ':'",
        TokenKind::Rbrace | TokenKind::Comma => "':' expected after dictionary key",
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

fn interpolation_message(kind: &InterpolatedStringErrorType) -> &'static str {
    match kind {
        InterpolatedStringErrorType::UnclosedLbrace => "expecting '}'",
        InterpolatedStringErrorType::InvalidConversionFlag => {
            "invalid conversion character: expected 's', 'r', or 'a'"
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
    }
}

/// Bad indentation: `TabError` when tabs and blanks are mixed, else a dedent to no outer level.
fn indentation_error(source: &str, range: TextRange) -> CompileError {
    mixed_indentation(source, range).unwrap_or_else(|| {
        CompileError::new(
            ErrorKind::Indentation,
            "unindent does not match any outer indentation level",
            range,
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
            Some(_) if here.start() > range.end() => return None,
            Some(_) => {}
        }
    }
    let (opening, position) = open.pop()?;
    let here = TextRange::at(TextSize::new(position as u32), TextSize::new(1));
    (here.start() <= range.start())
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
fn invalid_target(source: &str, range: TextRange, kind: &str) -> String {
    let before = source[..range.start().to_usize()].trim_end_matches(['(', ' ', '\t']);
    let behind = source[range.end().to_usize()..].trim_start_matches([')', ' ', '\t']);
    let whole = (before.is_empty() || before.ends_with(['\n', ';', ':'])) && behind.starts_with('=');
    let plain = matches!(kind, "True" | "False" | "None" | "ellipsis" | "lambda" | "conditional expression");
    match whole && !plain {
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
        Err(_) => "expression".to_owned(),
    }
}

/// What CPython calls an expression that is no target (`_PyPegen_get_expr_name`).
fn describe(expression: &Expr) -> &'static str {
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

/// The message of a semantic error in CPython's words.
pub fn semantic_message(source: &str, error: &SemanticSyntaxError) -> String {
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
        Kind::DuplicateParameter(name) => format!("duplicate parameter '{name}' in function definition"),
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
