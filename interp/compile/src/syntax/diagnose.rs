//! What was probably meant where the parser found something else: the hints that CPython's grammar gives by its `invalid_` rules, from
//! the tokens around the error.

use ruff_python_ast::token::{TokenKind, Tokens};
use ruff_python_ast::{Expr, Mod, PythonVersion};
use ruff_python_parser::{ParseOptions, parse_unchecked};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::messages::describe;
use crate::error::CompileError;

/// How many tokens are tried as an expression behind the error.
const REACH: usize = 64;

/// The tokens around an error. `at` is the one that the parser did not expect.
pub struct Around<'a> {
    source: &'a str,
    tokens: Vec<(TokenKind, TextRange)>,
    at: usize,
    /// The first token behind the error.
    behind: usize,
}

/// Opening brackets, the one before an f-string's field included.
fn opens(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace)
}

fn closes(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace)
}

/// Whether an operand cannot reach over this token.
fn bounds(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Comma
            | TokenKind::Colon
            | TokenKind::Semi
            | TokenKind::Equal
            | TokenKind::ColonEqual
            | TokenKind::Exclamation
            | TokenKind::Newline
            | TokenKind::Indent
            | TokenKind::Dedent
            | TokenKind::If
            | TokenKind::Elif
            | TokenKind::Else
            | TokenKind::For
            | TokenKind::While
            | TokenKind::With
            | TokenKind::As
            | TokenKind::Assert
            | TokenKind::Return
            | TokenKind::Yield
            | TokenKind::Lambda
            | TokenKind::Raise
            | TokenKind::From
            | TokenKind::Import
            | TokenKind::Del
            | TokenKind::EndOfFile
    )
}

impl<'a> Around<'a> {
    pub fn new(source: &'a str, tokens: &Tokens, error: TextRange) -> Around<'a> {
        let tokens: Vec<_> = tokens
            .iter()
            .filter(|token| !matches!(token.kind(), TokenKind::Comment | TokenKind::NonLogicalNewline))
            .map(|token| (token.kind(), token.range()))
            .collect();
        let first = |position: TextSize| {
            let reaches =
                |(_, range): &(TokenKind, TextRange)| range.end() > position || range.start() >= position;
            tokens.iter().position(reaches).unwrap_or(tokens.len())
        };
        let (at, behind) = (first(error.start()), first(error.end()));
        Around { source, tokens, at, behind }
    }

    fn kind(&self, index: usize) -> TokenKind {
        self.tokens.get(index).map_or(TokenKind::EndOfFile, |(kind, _)| *kind)
    }

    fn range(&self, index: usize) -> TextRange {
        let end = TextRange::empty(TextSize::of(self.source));
        self.tokens.get(index).map_or(end, |(_, range)| *range)
    }

    fn found(&self) -> TokenKind {
        self.kind(self.at)
    }

    /// Looks for a better message than "invalid syntax".
    pub fn diagnose(&self) -> Option<CompileError> {
        self.missing_value()
            .or_else(|| self.assignment())
            .or_else(|| self.import_target())
            .or_else(|| self.dictionary_key())
            .or_else(|| self.comprehension())
            .or_else(|| self.forgotten_comma())
            .or_else(|| self.forgotten_else())
            .or_else(|| self.field())
    }

    /// Where the bracket around the error opens.
    fn enclosing(&self) -> Option<usize> {
        let mut depth = 0usize;
        (0..self.at.min(self.tokens.len())).rev().find(|index| match self.kind(*index) {
            kind if closes(kind) => {
                depth += 1;
                false
            }
            kind if opens(kind) && depth == 0 => true,
            kind => {
                depth -= usize::from(opens(kind));
                false
            }
        })
    }

    /// The first token of the operand that ends before the error.
    fn operand_start(&self, end: usize) -> Option<usize> {
        let mut depth = 0usize;
        let mut start = end;
        for index in (0..end).rev() {
            let kind = self.kind(index);
            if closes(kind) {
                depth += 1;
            } else if depth == 0 && (opens(kind) || bounds(kind)) {
                break;
            } else if opens(kind) {
                depth -= 1;
            }
            start = index;
        }
        if matches!(self.kind(start), TokenKind::Star | TokenKind::DoubleStar) {
            start += 1;
        }
        (start < end).then_some(start)
    }

    /// The text of tokens, as an expression.
    fn expression(&self, from: usize, to: usize) -> Option<(Expr, TextRange)> {
        let range = TextRange::new(self.range(from).start(), self.range(to.checked_sub(1)?).end());
        let options = ParseOptions::from(ruff_python_parser::Mode::ParenthesizedExpression)
            .with_target_version(PythonVersion::PY314);
        let parsed = parse_unchecked(&self.source[range], options);
        if !parsed.errors().is_empty() {
            return None;
        }
        match parsed.into_syntax() {
            Mod::Expression(expression) => Some((*expression.body, range)),
            Mod::Module(_) => None,
        }
    }

    /// The end of the longest expression that begins at a token.
    fn longest(&self, from: usize) -> Option<TextSize> {
        let mut depth = 0usize;
        let mut end = None;
        for index in from..self.tokens.len().min(from + REACH) {
            let kind = self.kind(index);
            if depth == 0 && (closes(kind) || bounds(kind)) {
                break;
            }
            depth = if opens(kind) { depth + 1 } else { depth - usize::from(closes(kind)) };
            if depth == 0 && self.expression(from, index + 1).is_some() {
                end = Some(self.range(index).end());
            }
        }
        end
    }

    /// `f(a b)`
    fn forgotten_comma(&self) -> Option<CompileError> {
        let opening = self.enclosing()?;
        let start = self.operand_start(self.at)?;
        let before = self.kind(start.checked_sub(1)?);
        if before == TokenKind::For
            || self.is_definition(opening) && (before == TokenKind::Comma || opens(before))
        {
            return None;
        }
        let (left, range) = self.expression(start, self.at)?;
        let is_legacy = |name: &str| matches!(name, "print" | "exec");
        let refused = match &left {
            Expr::Name(name) => is_legacy(&name.id) || self.found() == TokenKind::String,
            Expr::If(_) | Expr::Lambda(_) | Expr::Yield(_) | Expr::YieldFrom(_) => true,
            _ => false,
        };
        if refused {
            return None;
        }
        let range = TextRange::new(range.start(), self.longest(self.at)?);
        Some(CompileError::syntax("invalid syntax. Perhaps you forgot a comma?", range))
    }

    /// `f(a=)`, `{a: }`
    fn missing_value(&self) -> Option<CompileError> {
        let (before, ends) =
            (self.at.checked_sub(1)?, closes(self.found()) || self.found() == TokenKind::Comma);
        let opening = self.enclosing()?;
        match (self.kind(before), self.kind(opening)) {
            (TokenKind::Colon, TokenKind::Lbrace) if ends && !self.is_field(opening) => {
                let message = "expression expected after dictionary key and ':'";
                Some(CompileError::syntax(message, self.range(before)))
            }
            (TokenKind::Equal, TokenKind::Lpar) if ends => {
                if self.is_definition(opening) {
                    let message = "expected default value expression";
                    return Some(CompileError::syntax(message, self.range(before)));
                }
                let start = self.range(before.checked_sub(1)?).start();
                let range = TextRange::new(start, self.range(before).end());
                Some(CompileError::syntax("expected argument value expression", range))
            }
            _ => None,
        }
    }

    /// `if x = 1:`, `f(a.b=1)`
    fn assignment(&self) -> Option<CompileError> {
        let equal = match self.found() {
            TokenKind::Equal => self.at,
            _ if self.kind(self.behind) == TokenKind::Equal => self.behind,
            TokenKind::For if self.kind(self.at.checked_sub(2)?) == TokenKind::Equal => self.at - 2,
            _ => return None,
        };
        let start = self.operand_start(equal)?;
        let (left, range) = self.expression(start, equal)?;
        let is_argument = self.is_call_argument(start);
        let through_equal = TextRange::new(range.start(), self.range(equal).end());
        match &left {
            Expr::BooleanLiteral(_) | Expr::NoneLiteral(_) if is_argument => {
                let message = format!("cannot assign to {}", describe(&left));
                Some(CompileError::syntax(message, through_equal))
            }
            Expr::Name(_) if is_argument && self.found() == TokenKind::For => {
                let message = "invalid syntax. Maybe you meant '==' or ':=' instead of '='?";
                Some(CompileError::syntax(message, through_equal))
            }
            Expr::Name(_) if is_argument => None,
            _ if is_argument => {
                let message = "expression cannot contain assignment, perhaps you meant \"==\"?";
                Some(CompileError::syntax(message, through_equal))
            }
            _ if self.starts_statement(start) => None,
            Expr::Name(_) => {
                let range = TextRange::new(range.start(), self.longest(equal + 1)?);
                let message = "invalid syntax. Maybe you meant '==' or ':=' instead of '='?";
                Some(CompileError::syntax(message, range))
            }
            left if is_comparable(left) => {
                let message =
                    format!("cannot assign to {} here. Maybe you meant '==' instead of '='?", describe(left));
                Some(CompileError::syntax(message, range))
            }
            _ => None,
        }
    }

    /// Whether a bracket opens the parameters of a function.
    fn is_definition(&self, opening: usize) -> bool {
        opening.checked_sub(2).is_some_and(|defining| self.kind(defining) == TokenKind::Def)
    }

    /// Whether the error lies behind `def name`.
    pub fn follows_defined_name(&self) -> bool {
        self.is_definition(self.at)
    }

    fn starts_statement(&self, index: usize) -> bool {
        let Some(before) = index.checked_sub(1) else { return true };
        matches!(
            self.kind(before),
            TokenKind::Newline
                | TokenKind::Indent
                | TokenKind::Dedent
                | TokenKind::Semi
                | TokenKind::Colon
                | TokenKind::Equal
                | TokenKind::Assert
        )
    }

    /// Whether an argument of a call begins at a token.
    fn is_call_argument(&self, index: usize) -> bool {
        let around = Around { source: self.source, tokens: self.tokens.clone(), at: index, behind: index };
        let Some(opening) = around.enclosing().filter(|opening| self.kind(*opening) == TokenKind::Lpar)
        else {
            return false;
        };
        let callable = opening.checked_sub(1).map(|before| self.kind(before));
        matches!(callable, Some(TokenKind::Name | TokenKind::Rpar | TokenKind::Rsqb | TokenKind::String))
    }

    /// `import a as b.c`, `except E as 1`
    fn import_target(&self) -> Option<CompileError> {
        let before = |index: usize| self.kind(index.checked_sub(1).unwrap_or(usize::MAX)) == TokenKind::As;
        let start = (self.at.saturating_sub(1)..=self.at).find(|start| before(*start))?;
        let end = (start..).find(|index| bounds(self.kind(*index)))?;
        let (target, range) = (start + 1..=end).rev().find_map(|end| self.expression(start, end))?;
        let line = self.statement_start(start);
        let kind = describe(&target);
        let message = match self.kind(line) {
            TokenKind::Import | TokenKind::From => format!("cannot use {kind} as import target"),
            TokenKind::Except => format!("cannot use except statement with {kind}"),
            TokenKind::Case => format!("cannot use {kind} as pattern target"),
            _ => return None,
        };
        Some(CompileError::syntax(message, range))
    }

    fn statement_start(&self, from: usize) -> usize {
        let ends = |kind| {
            matches!(kind, TokenKind::Newline | TokenKind::Indent | TokenKind::Dedent | TokenKind::Semi)
        };
        (0..from).rev().find(|index| ends(self.kind(*index))).map_or(0, |index| index + 1)
    }

    /// `{1: 2, 3}`
    fn dictionary_key(&self) -> Option<CompileError> {
        let opening = self.enclosing().filter(|opening| self.kind(*opening) == TokenKind::Lbrace)?;
        let has = |wanted| self.tokens[opening..self.at].iter().any(|(kind, _)| *kind == wanted);
        let first_colon = has(TokenKind::Colon) && !has(TokenKind::For);
        let start = self.operand_start(self.at)?;
        let is_entry = self.kind(start.checked_sub(1)?) == TokenKind::Comma;
        let unpacks = self.kind(opening + 1) == TokenKind::DoubleStar;
        if !is_entry || !(first_colon || unpacks) || self.is_field(opening) {
            return None;
        }
        let (_, range) = self.expression(start, self.at)?;
        let last = TextRange::new(range.end() - TextSize::new(1), range.end());
        Some(CompileError::syntax("':' expected after dictionary key", last))
    }

    /// `[x, y for x in z]`, `[x for x]`
    fn comprehension(&self) -> Option<CompileError> {
        let opening = self.enclosing()?;
        if self.found() == TokenKind::For && matches!(self.kind(opening), TokenKind::Lsqb | TokenKind::Lbrace)
        {
            let (target, range) = self.expression(opening + 1, self.at)?;
            let is_bare = matches!(&target, Expr::Tuple(tuple) if !tuple.parenthesized);
            let message = "did you forget parentheses around the comprehension target?";
            return is_bare.then(|| CompileError::syntax(message, range));
        }
        let start = self.operand_start(self.at)?;
        let after_for = self.kind(start.checked_sub(1)?) == TokenKind::For;
        let (target, _) = self.expression(start, self.at)?;
        let is_target =
            matches!(target, Expr::Name(_) | Expr::Tuple(_) | Expr::Attribute(_) | Expr::Subscript(_));
        let message = "'in' expected after for-loop variables";
        (after_for && is_target).then(|| CompileError::syntax(message, self.range(self.at)))
    }

    /// `x = 1 if y`
    fn forgotten_else(&self) -> Option<CompileError> {
        let condition = self.operand_start(self.at)?;
        let word = condition.checked_sub(1).filter(|word| self.kind(*word) == TokenKind::If)?;
        let start = self.operand_start(word)?;
        let (_, test) = self.expression(condition, self.at)?;
        let (_, value) = self.expression(start, word)?;
        let range = TextRange::new(value.start(), test.end());
        Some(CompileError::syntax("expected 'else' after 'if' expression", range))
    }

    /// Whether a brace opens a field of an f-string or t-string.
    fn is_field(&self, opening: usize) -> bool {
        let before = opening.checked_sub(1).map(|before| self.kind(before));
        matches!(
            before,
            Some(
                TokenKind::FStringStart
                    | TokenKind::FStringMiddle
                    | TokenKind::TStringStart
                    | TokenKind::TStringMiddle
                    | TokenKind::Rbrace
            )
        )
    }

    /// `f'{}'`
    fn field(&self) -> Option<CompileError> {
        let opening = self.at.checked_sub(1).filter(|before| self.kind(*before) == TokenKind::Lbrace)?;
        if !self.is_field(opening) {
            return None;
        }
        let starts = |kind: &TokenKind| matches!(kind, TokenKind::FStringStart | TokenKind::TStringStart);
        let start = (0..opening).rev().map(|index| self.kind(index)).find(starts)?;
        let kind = if start == TokenKind::TStringStart { "t-string" } else { "f-string" };
        let range = self.range(self.at);
        match self.found() {
            TokenKind::Rbrace | TokenKind::Exclamation | TokenKind::Colon | TokenKind::Equal => {
                let message = format!("{kind}: valid expression required before '{}'", &self.source[range]);
                Some(CompileError::syntax(message, range))
            }
            TokenKind::FStringEnd | TokenKind::TStringEnd | TokenKind::FStringMiddle | TokenKind::Unknown => {
                let message = format!("{kind}: expecting '}}'");
                Some(CompileError::syntax(message, TextRange::empty(range.start())))
            }
            _ => None,
        }
    }

    /// The bracket that closes the call around the error.
    pub fn call_end(&self) -> Option<TextRange> {
        let mut depth = 0usize;
        let end = (self.at..self.tokens.len()).find(|index| {
            let kind = self.kind(*index);
            let ends = depth == 0 && closes(kind);
            depth = if opens(kind) { depth + 1 } else { depth.saturating_sub(usize::from(closes(kind))) };
            ends
        })?;
        Some(self.range(end))
    }

    /// From the comma before the error to the error's end.
    pub fn with_comma(&self, range: TextRange) -> TextRange {
        let comma = (0..self.at).rev().find(|index| self.kind(*index) == TokenKind::Comma);
        comma.map_or(range, |comma| TextRange::new(self.range(comma).start(), range.end()))
    }
}

/// Expressions of which an `=` behind them makes CPython think of `==`.
pub fn is_comparable(left: &Expr) -> bool {
    !matches!(
        left,
        Expr::List(_)
            | Expr::Tuple(_)
            | Expr::Generator(_)
            | Expr::BooleanLiteral(_)
            | Expr::NoneLiteral(_)
            | Expr::Lambda(_)
            | Expr::If(_)
            | Expr::BoolOp(_)
            | Expr::Compare(_)
            | Expr::Name(_)
    ) && !matches!(left, Expr::UnaryOp(unary) if unary.op == ruff_python_ast::UnaryOp::Not)
}
