//! `_tokenize`: the tokens of a source that a `readline` function gives, for the module `tokenize`.
//!
//! The whole source is read at the first step, since the lexer works on a text. Its tokens then come one by one.

use parking_lot::Mutex;
use ungil_compile::{CompileError, Token, TokenKind};
use ungil_macros::{class, module};
use ungil_objects::class::Class;
use ungil_objects::error::{Exc, Result};
use ungil_objects::fields::Fixed;
use ungil_objects::protocol::{buffer, call};
use ungil_objects::trace::{Trace, Tracer};
use ungil_objects::types::int::Int;
use ungil_objects::types::text::Str;
use ungil_objects::types::tuple::Tuple;
use ungil_objects::{Obj, Object, Ref, Thread, Value, payload, raise};

use super::compile::syntax_error;

/// Tokens of Python source.
#[module(name = "_tokenize", classes(TokenizerIter))]
pub mod tokenize {
    use super::*;
}

/// The payload of the iterator.
pub struct TokenizerIter {
    readline: Fixed,
    has_encoding: bool,
    /// Whether comments and line ends are told, and operators are all of one kind.
    extra_tokens: bool,
    progress: Mutex<Option<Progress>>,
}

struct Progress {
    tokens: std::vec::IntoIter<Token>,
    error: Option<CompileError>,
}

payload!(TokenizerIter, collected);

impl Trace for TokenizerIter {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.readline.trace(tracer);
    }
}

/// The number of the kind of the first of these operators; the others follow in order (module `token`).
const FIRST_OPERATOR: i32 = 7;
const OPERATORS: &[&str] = &[
    "(", ")", "[", "]", ":", ",", ";", "+", "-", "*", "/", "|", "&", "<", ">", "=", ".", "%", "{", "}", "==",
    "!=", "<=", ">=", "~", "^", "<<", ">>", "**", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=",
    ">>=", "**=", "//", "//=", "@", "@=", "->", "...", ":=", "!",
];
const ANY_OPERATOR: i32 = 55;

/// The number of a token's kind in the module `token`.
fn number(token: &Token, extra_tokens: bool) -> i32 {
    match token.kind {
        TokenKind::EndMarker => 0,
        TokenKind::Name => 1,
        TokenKind::Number => 2,
        TokenKind::String => 3,
        TokenKind::Newline => 4,
        TokenKind::Indent => 5,
        TokenKind::Dedent => 6,
        TokenKind::Operator => match OPERATORS.iter().position(|operator| *operator == token.text) {
            Some(at) if !extra_tokens => FIRST_OPERATOR + at as i32,
            _ => ANY_OPERATOR,
        },
        TokenKind::FStringStart => 59,
        TokenKind::FStringMiddle => 60,
        TokenKind::FStringEnd => 61,
        TokenKind::TStringStart => 62,
        TokenKind::TStringMiddle => 63,
        TokenKind::TStringEnd => 64,
        TokenKind::Comment => 65,
        TokenKind::BlankLine => 66,
    }
}

/// The source that a function gives line by line; an empty line or `StopIteration` ends it.
fn read_all(t: &mut Thread, readline: Ref<'_>, has_encoding: bool) -> Result<String> {
    let mut source = String::new();
    loop {
        let line = match call::call(t, readline, &[]) {
            Ok(line) => line,
            Err(raised) if raised.is(t, Exc::StopIteration) => break,
            Err(raised) => return Err(raised),
        };
        let before = source.len();
        if let Some(text) = line.downcast_ref::<Str>().filter(|_| !has_encoding) {
            source += &text.to_string();
        } else if let Some(bytes) = buffer::bytes_of(t, line.borrow()).filter(|_| has_encoding) {
            source += &String::from_utf8_lossy(&bytes);
        } else {
            let (wanted, given) =
                (if has_encoding { "bytes" } else { "str" }, line.borrow().class(t).name(t));
            raise!(t, TypeError, "readline() should return {wanted}, not {given}");
        }
        if source.len() == before {
            break;
        }
    }
    Ok(source)
}

fn position(t: &Thread, (line, column): (u32, u32)) -> Value {
    let parts = [Int::from_i64(t, line.into()), Int::from_i64(t, column.into())];
    Tuple::from_values(t, parts).into_value()
}

#[class(name = "TokenizerIter", module = "_tokenize", final)]
impl TokenizerIter {
    #[new(signature = "(readline, /, *, extra_tokens, encoding=None)")]
    fn new_iterator(
        t: &mut Thread,
        class: &Object<Class>,
        readline: Ref<'_>,
        extra_tokens: bool,
        encoding: Option<Ref<'_>>,
    ) -> Obj<TokenizerIter> {
        let iterator = TokenizerIter {
            readline: Fixed::new(readline.to_value()),
            has_encoding: encoding.is_some(),
            extra_tokens,
            progress: Mutex::new(None),
        };
        t.alloc_with_shape(class.root_shape(), iterator)
    }

    #[method]
    fn __iter__(this: Ref<'_>) -> Value {
        this.to_value()
    }

    #[method]
    fn __next__(t: &mut Thread, this: &Object<TokenizerIter>) -> Result<Option<Value>> {
        let is_begun = this.progress.lock().is_some();
        if !is_begun {
            let source = read_all(t, this.readline.get(), this.has_encoding)?;
            let (tokens, error) = ungil_compile::tokenize(&source);
            this.progress.lock().get_or_insert(Progress { tokens: tokens.into_iter(), error });
        }
        let (token, error) = match &mut *this.progress.lock() {
            Some(progress) => match progress.tokens.find(|token| this.shows(token)) {
                Some(token) => (Some(token), None),
                None => (None, progress.error.take()),
            },
            None => (None, None),
        };
        if let Some(error) = error {
            return Err(syntax_error(t, &error));
        }
        Ok(token.map(|token| {
            let parts = [
                Value::from_i32(number(&token, this.extra_tokens)),
                Str::from_str(t, &token.text).into_value(),
                position(t, token.start),
                position(t, token.end),
                Str::from_str(t, &token.lines).into_value(),
            ];
            Tuple::from_values(t, parts).into_value()
        }))
    }
}

impl TokenizerIter {
    fn shows(&self, token: &Token) -> bool {
        self.extra_tokens || !matches!(token.kind, TokenKind::Comment | TokenKind::BlankLine)
    }
}
