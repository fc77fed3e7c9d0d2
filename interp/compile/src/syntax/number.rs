//! What is wrong with a number that the lexer refused or took only in part.

use ruff_text_size::{TextRange, TextSize};

use crate::error::CompileError;

/// Words that may follow a number without a blank.
const FOLLOWERS: [&str; 8] = ["and", "else", "for", "if", "in", "is", "not", "or"];

/// The error of the number that reaches up to `position` or over it. It lies on the last character that could be read.
pub fn number_error(source: &str, position: TextSize) -> Option<CompileError> {
    let before = &source[..position.to_usize()];
    let start = before.len()
        - before
            .bytes()
            .rev()
            .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'))
            .count();
    let text = &source.as_bytes()[start..];
    let first = text.iter().position(|byte| *byte != b'.')?;
    if first > 1 || !text[first].is_ascii_digit() {
        return None;
    }
    let (message, consumed) = Number { text, at: 0 }.check().err()?;
    let at = TextRange::empty(TextSize::new((start + consumed.max(1) - 1) as u32));
    (start + consumed + 1 >= position.to_usize()).then(|| CompileError::syntax(message, at))
}

/// A message, and how many characters of the number were read.
type Problem = (String, usize);

struct Number<'a> {
    text: &'a [u8],
    at: usize,
}

impl Number<'_> {
    fn peek(&self) -> u8 {
        self.text.get(self.at).copied().unwrap_or(0)
    }

    fn check(mut self) -> Result<(), Problem> {
        let second = self.text.get(1).copied().unwrap_or(0).to_ascii_lowercase();
        match (self.peek(), second) {
            (b'0', b'x') => self.prefixed("hexadecimal", 16),
            (b'0', b'o') => self.prefixed("octal", 8),
            (b'0', b'b') => self.prefixed("binary", 2),
            _ => self.decimal(),
        }
    }

    fn problem<T>(&self, kind: &str) -> Result<T, Problem> {
        Err((format!("invalid {kind} literal"), self.at))
    }

    fn prefixed(&mut self, kind: &str, radix: u32) -> Result<(), Problem> {
        self.at = 2;
        loop {
            self.at += usize::from(self.peek() == b'_');
            self.wrong_digit(kind, radix)?;
            if !char::from(self.peek()).is_digit(radix) {
                return self.problem(kind);
            }
            while char::from(self.peek()).is_digit(radix) {
                self.at += 1;
            }
            if self.peek() != b'_' {
                break;
            }
        }
        self.wrong_digit(kind, radix)?;
        self.end(kind)
    }

    /// A decimal digit that the radix does not have.
    fn wrong_digit(&self, kind: &str, radix: u32) -> Result<(), Problem> {
        let digit = char::from(self.peek());
        match radix < 10 && digit.is_ascii_digit() && !digit.is_digit(radix) {
            true => Err((format!("invalid digit '{digit}' in {kind} literal"), self.at + 1)),
            false => Ok(()),
        }
    }

    fn decimal(&mut self) -> Result<(), Problem> {
        if self.peek() != b'.' {
            self.digits()?;
        }
        if self.peek() == b'.' {
            self.at += 1;
            if self.peek().is_ascii_digit() {
                self.digits()?;
            }
        }
        if self.peek().eq_ignore_ascii_case(&b'e') {
            let signed = matches!(self.text.get(self.at + 1), Some(b'+' | b'-'));
            match self.text.get(self.at + 1 + usize::from(signed)) {
                Some(digit) if digit.is_ascii_digit() => {
                    self.at += 1 + usize::from(signed);
                    self.digits()?;
                }
                _ if signed => {
                    self.at += 2;
                    return self.problem("decimal");
                }
                _ => return self.end("decimal"),
            }
        }
        if self.peek().eq_ignore_ascii_case(&b'j') {
            self.at += 1;
            return self.end("imaginary");
        }
        self.end("decimal")
    }

    /// Digits in groups.
    fn digits(&mut self) -> Result<(), Problem> {
        loop {
            while self.peek().is_ascii_digit() {
                self.at += 1;
            }
            if self.peek() != b'_' {
                return Ok(());
            }
            self.at += 1;
            if !self.peek().is_ascii_digit() {
                return self.problem("decimal");
            }
        }
    }

    /// No name may follow directly, apart from some keywords.
    fn end(&self, kind: &str) -> Result<(), Problem> {
        let rest = &self.text[self.at..];
        let next = std::str::from_utf8(rest).ok().and_then(|rest| rest.chars().next());
        let is_name = next.is_some_and(|next| next.is_alphanumeric() || next == '_');
        let keyword = FOLLOWERS.iter().any(|word| rest.starts_with(word.as_bytes()));
        if is_name && !keyword { self.problem(kind) } else { Ok(()) }
    }
}
