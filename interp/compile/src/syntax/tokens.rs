//! The tokens of a source as Python's `tokenize` shows them: with comments, blank lines and the text of their lines.
//!
//! Tokens come from the parser's lexer. What differs is put right here: a doubled brace in a formatted string is one
//! character and ends its token, a last line without newline has one all the same, and dedents have no text.

use ruff_python_ast::PythonVersion;
use ruff_python_ast::token::TokenKind;
use ruff_python_parser::{LexicalErrorType, Mode, ParseError, ParseErrorType, ParseOptions, parse_unchecked};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::lines::LineIndex;
use super::messages;
use crate::error::CompileError;

/// What a token is, as far as `tokenize` tells kinds apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    EndMarker,
    Name,
    Number,
    String,
    Newline,
    Indent,
    Dedent,
    Operator,
    FStringStart,
    FStringMiddle,
    FStringEnd,
    TStringStart,
    TStringMiddle,
    TStringEnd,
    Comment,
    /// A line end that ends no statement.
    BlankLine,
}

/// A token.
#[derive(Clone, Debug)]
pub struct Token {
    /// What it is.
    pub kind: Kind,
    /// Its text.
    pub text: String,
    /// Line from 1 and column in characters from 0 of its start.
    pub start: (u32, u32),
    /// The same of its end.
    pub end: (u32, u32),
    /// The lines that it lies on.
    pub lines: String,
}

/// The tokens of a source, up to the first error if there is one.
pub fn tokenize(source: &str) -> (Vec<Token>, Option<CompileError>) {
    let lines = LineIndex::new(source, 1);
    let options = ParseOptions::from(Mode::Module).with_target_version(PythonVersion::PY314);
    let parsed = parse_unchecked(source, options);
    let error = parsed.errors().iter().find(|error| is_lexical(error));
    let end = error.map_or(TextSize::of(source) + TextSize::new(1), |error| error.location.start());
    let mut writer = Writer { source, lines, tokens: Vec::new(), open: 0 };
    for token in parsed.tokens().iter().take_while(|token| token.range().start() < end) {
        writer.push(token.kind(), token.range());
    }
    let error = match error {
        Some(error) => Some(messages::parse_error(source, parsed.tokens(), error)),
        None => writer.finish(),
    };
    let filename = std::sync::Arc::from("<string>");
    let error = error.map(|error| error.locate(&filename, &writer.lines));
    (writer.tokens, error)
}

/// Whether an error ends the tokens. A character that no token begins with is a token of its own, digits behind leading
/// zeros are a number, and what the end of the source leaves open is found by the [`Writer`].
fn is_lexical(error: &ParseError) -> bool {
    match &error.error {
        ParseErrorType::Lexical(LexicalErrorType::UnrecognizedToken { .. }) => false,
        ParseErrorType::Lexical(LexicalErrorType::Eof | LexicalErrorType::LineContinuationError) => false,
        ParseErrorType::Lexical(LexicalErrorType::OtherError(message)) => {
            &**message != "Invalid decimal integer literal"
        }
        ParseErrorType::Lexical(_) => true,
        _ => false,
    }
}

struct Writer<'a> {
    source: &'a str,
    lines: LineIndex<'a>,
    tokens: Vec<Token>,
    /// How many brackets are open.
    open: usize,
}

impl Writer<'_> {
    fn push(&mut self, kind: TokenKind, range: TextRange) {
        let kind = match kind {
            TokenKind::EndOfFile => return,
            // What the lexer could not read because the source ends.
            TokenKind::Unknown if self.source[range].is_empty() || self.source[range].starts_with('\\') => {
                return;
            }
            TokenKind::Int | TokenKind::Float | TokenKind::Complex => Kind::Number,
            TokenKind::String => Kind::String,
            TokenKind::FStringStart => Kind::FStringStart,
            TokenKind::FStringEnd => Kind::FStringEnd,
            TokenKind::TStringStart => Kind::TStringStart,
            TokenKind::TStringEnd => Kind::TStringEnd,
            TokenKind::FStringMiddle => return self.push_middle(Kind::FStringMiddle, range),
            TokenKind::TStringMiddle => return self.push_middle(Kind::TStringMiddle, range),
            TokenKind::Comment => Kind::Comment,
            TokenKind::Newline if self.open > 0 => Kind::BlankLine,
            TokenKind::Newline => Kind::Newline,
            TokenKind::NonLogicalNewline => Kind::BlankLine,
            TokenKind::Indent => Kind::Indent,
            TokenKind::Dedent => Kind::Dedent,
            TokenKind::Name => Kind::Name,
            kind if kind.is_keyword() => Kind::Name,
            TokenKind::Unknown if self.source[range].starts_with(|first: char| first.is_ascii_digit()) => {
                Kind::Number
            }
            _ => Kind::Operator,
        };
        match (kind, &self.source[range]) {
            (Kind::Operator, "(" | "[" | "{") => self.open += 1,
            (Kind::Operator, ")" | "]" | "}") => self.open = self.open.saturating_sub(1),
            (Kind::Newline, "") if self.ends_before(range) => return,
            // A dedent stands before the first token of its line, wherever the lexer puts it; at the end, behind the last line.
            (Kind::Dedent, _) if range.start() == TextSize::of(self.source) => {
                let line = self.line_behind();
                return self.push_at(Kind::Dedent, "", (line, 0), (line, 0), "");
            }
            (Kind::Dedent, _) => return self.push_range(Kind::Dedent, TextRange::empty(range.end())),
            (Kind::Newline | Kind::BlankLine, "") => return self.push_missing(kind, range.end()),
            _ => {}
        }
        self.push_range(kind, range);
    }

    /// Whether the source ends with a line end, so that an empty token for one would be a second.
    fn ends_before(&self, range: TextRange) -> bool {
        self.source[..range.start().to_usize()].ends_with(['\n', '\r']) || self.source.is_empty()
    }

    /// The line behind the last one.
    fn line_behind(&self) -> u32 {
        let (line, column) = self.lines.character_column(TextSize::of(self.source));
        if column == 0 { line } else { line + 1 }
    }

    fn push_range(&mut self, kind: Kind, range: TextRange) {
        let text = &self.source[range];
        self.push_text(kind, text.to_owned(), range);
    }

    fn push_text(&mut self, kind: Kind, text: String, range: TextRange) {
        let start = self.lines.character_column(range.start());
        // A line end belongs to the line that it ends.
        let end = match self.source[range].trim_end_matches(['\r', '\n']).is_empty() {
            true => (start.0, start.1 + self.source[range].chars().count() as u32),
            false => self.lines.character_column(range.end()),
        };
        let lines: String = (start.0..=end.0).map(|line| self.lines.text(line)).collect();
        self.push_at(kind, &text, start, end, &lines);
    }

    fn push_at(&mut self, kind: Kind, text: &str, start: (u32, u32), end: (u32, u32), lines: &str) {
        let (text, lines) = (text.to_owned(), lines.to_owned());
        self.tokens.push(Token { kind, text, start, end, lines });
    }

    /// The line end that the last line does not have: it takes the place of a character.
    fn push_missing(&mut self, kind: Kind, end: TextSize) {
        let (line, column) = self.lines.character_column(end);
        let text = self.lines.text(line).to_owned();
        self.push_at(kind, "", (line, column), (line, column + 1), &text);
    }

    fn push_middle(&mut self, kind: Kind, range: TextRange) {
        let text = &self.source[range];
        let mut from = 0;
        let mut at = 0;
        while at < text.len() {
            if text[at..].starts_with("{{") || text[at..].starts_with("}}") {
                self.push_piece(kind, range, from, at + 1);
                from = at + 2;
                at = from;
            } else {
                at += text[at..].chars().next().map_or(1, char::len_utf8);
            }
        }
        if from < text.len() {
            self.push_piece(kind, range, from, text.len());
        }
    }

    fn push_piece(&mut self, kind: Kind, range: TextRange, from: usize, to: usize) {
        let at = |offset: usize| range.start() + TextSize::new(offset as u32);
        self.push_range(kind, TextRange::new(at(from), at(to)));
    }

    /// The end of a source without errors, or the error that it ends too early.
    fn finish(&mut self) -> Option<CompileError> {
        let end = TextSize::of(self.source);
        let continues = self.source.trim_end_matches(['\r', '\n']).ends_with('\\');
        if self.open > 0 || continues {
            let range = TextRange::empty(end);
            return Some(CompileError::syntax("unexpected EOF in multi-line statement", range));
        }
        let is_open = |token: &Token| {
            !matches!(token.kind, Kind::Newline | Kind::BlankLine | Kind::Dedent | Kind::Indent)
        };
        let last = self.tokens.iter().rfind(|token| token.kind != Kind::Dedent);
        if let Some(last) = last.filter(|last| is_open(last)) {
            let kind = if last.kind == Kind::Comment { Kind::BlankLine } else { Kind::Newline };
            self.push_missing(kind, end);
        }
        let line = self.line_behind();
        self.push_at(Kind::EndMarker, "", (line, 0), (line, 0), "");
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Shown = (Kind, String, (u32, u32), (u32, u32));

    fn shown(source: &str) -> Vec<Shown> {
        let (tokens, error) = tokenize(source);
        assert!(error.is_none(), "{error:?}");
        tokens.into_iter().map(|token| (token.kind, token.text, token.start, token.end)).collect()
    }

    #[test]
    fn a_block_has_indents_comments_and_an_end() {
        let tokens = shown("if x: # c\n  y\n\nz");
        let kinds: Vec<Kind> = tokens.iter().map(|token| token.0).collect();
        use Kind::*;
        assert_eq!(
            kinds,
            [
                Name, Name, Operator, Comment, Newline, Indent, Name, Newline, BlankLine, Dedent, Name,
                Newline, EndMarker
            ]
        );
        assert_eq!(tokens[9].2, (4, 0));
        assert_eq!(tokens[11], (Newline, "".to_owned(), (4, 1), (4, 2)));
        assert_eq!(tokens[12].2, (5, 0));
    }

    #[test]
    fn a_doubled_brace_is_one_and_ends_its_token() {
        let tokens = shown("f'a{{b{c}'\n");
        assert_eq!(tokens[1], (Kind::FStringMiddle, "a{".to_owned(), (1, 2), (1, 4)));
        assert_eq!(tokens[2], (Kind::FStringMiddle, "b".to_owned(), (1, 5), (1, 6)));
    }

    #[test]
    fn errors_come_behind_the_tokens_before_them() {
        let (tokens, error) = tokenize("x = 'abc\n");
        assert_eq!(tokens.len(), 2);
        assert!(error.is_some_and(|error| error.message.starts_with("unterminated string literal")));
        let (_, error) = tokenize("f(1,\n");
        assert_eq!(
            error.map(|error| error.message).as_deref(),
            Some("unexpected EOF in multi-line statement")
        );
    }
}
