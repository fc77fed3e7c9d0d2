//! Python signatures: read from the `signature` option, or derived from the Rust parameters, and written as
//! `__text_signature__` has them (the form that `inspect` reads, described in CPython's Argument Clinic how-to).

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::LitStr;

#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Kind {
    PositionalOnly,
    Positional,
    VarPositional,
    KeywordOnly,
    VarKeyword,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Parameter {
    pub name: String,
    pub kind: Kind,
    /// The default as Python shows it.
    pub default: Option<String>,
}

impl Parameter {
    pub fn is_named(&self) -> bool {
        !matches!(self.kind, Kind::VarPositional | Kind::VarKeyword)
    }

    pub fn is_required(&self) -> bool {
        self.is_named() && self.default.is_none()
    }

    /// The default as a Rust literal, if it has one.
    pub fn default_literal(&self) -> Option<TokenStream> {
        let text = self.default.as_deref()?;
        match text {
            "True" => return Some(quote!(true)),
            "False" => return Some(quote!(false)),
            _ => {}
        }
        if let Some(inner) = quoted(text) {
            return (!inner.contains('\\')).then(|| quote!(#inner));
        }
        if !text.trim_start_matches('-').starts_with(|first: char| first.is_ascii_digit()) {
            return None;
        }
        text.parse().ok()
    }
}

fn quoted(text: &str) -> Option<&str> {
    let quote = text.chars().next().filter(|first| matches!(first, '\'' | '"'))?;
    text.strip_prefix(quote)?.strip_suffix(quote)
}

/// The parameters of a function, without the receiver.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Signature {
    pub parameters: Vec<Parameter>,
}

/// The receiver as a text signature names it.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Receiver {
    None,
    Object,
    Class,
}

/// Written for defaults that Python cannot show.
pub const UNREPRESENTABLE: &str = "<unrepresentable>";

impl Signature {
    /// Reads `(x, /, base=10, *args, strict=False, **kwargs)`.
    pub fn parse(literal: &LitStr) -> syn::Result<Signature> {
        let text = literal.value();
        parse(&text).map_err(|message| syn::Error::new(literal.span(), message))
    }

    /// Checks the order of parameters that were derived one by one; `spans` has one span each.
    pub fn check_order(&self, spans: &[Span]) -> syn::Result<()> {
        for (at, parameter) in self.parameters.iter().enumerate() {
            check_next(&self.parameters[..at], parameter)
                .map_err(|message| syn::Error::new(spans[at], message))?;
        }
        Ok(())
    }

    pub fn named(&self) -> impl Iterator<Item = &Parameter> {
        self.parameters.iter().filter(|parameter| parameter.is_named())
    }

    pub fn has(&self, kind: Kind) -> bool {
        self.parameters.iter().any(|parameter| parameter.kind == kind)
    }

    /// How many parameters positional arguments can fill.
    pub fn positional_count(&self) -> usize {
        self.named().filter(|parameter| parameter.kind <= Kind::Positional).count()
    }

    pub fn positional_only_count(&self) -> usize {
        self.named().filter(|parameter| parameter.kind == Kind::PositionalOnly).count()
    }

    /// How many positional arguments a call must have that passes no keywords; `None` if it always needs keywords.
    pub fn required_positional(&self) -> Option<usize> {
        let needs_keyword = self.named().any(|each| each.kind == Kind::KeywordOnly && each.is_required());
        (!needs_keyword).then(|| self.named().filter(|each| each.is_required()).count())
    }

    /// Whether calls pass a fixed number of positional arguments and nothing else.
    pub fn is_fixed(&self) -> bool {
        self.parameters.iter().all(|each| each.kind == Kind::PositionalOnly && each.is_required())
    }

    /// As `__text_signature__` shows it, with `$self` or `$type` in front.
    pub fn text(&self, receiver: Receiver) -> String {
        let mut parts: Vec<String> = Vec::new();
        let mut previous = match receiver {
            Receiver::None => None,
            Receiver::Object => Some("$self"),
            Receiver::Class => Some("$type"),
        }
        .map(|name| {
            parts.push(name.to_owned());
            Kind::PositionalOnly
        });
        for parameter in &self.parameters {
            let kind = parameter.kind;
            if previous == Some(Kind::PositionalOnly) && kind != Kind::PositionalOnly {
                parts.push("/".to_owned());
            }
            if kind == Kind::KeywordOnly && previous.is_none_or(|previous| previous < Kind::VarPositional) {
                parts.push("*".to_owned());
            }
            let stars = match kind {
                Kind::VarPositional => "*",
                Kind::VarKeyword => "**",
                _ => "",
            };
            let default = parameter.default.as_ref().map_or(String::new(), |default| format!("={default}"));
            parts.push(format!("{stars}{}{default}", parameter.name));
            previous = Some(kind);
        }
        if previous == Some(Kind::PositionalOnly) {
            parts.push("/".to_owned());
        }
        format!("({})", parts.join(", "))
    }
}

fn parse(text: &str) -> Result<Signature, String> {
    let inner = text.trim().strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    let inner = inner.ok_or("a signature is written in parentheses, like \"(x, /, base=10)\"")?;
    let mut signature = Signature::default();
    let mut kind = Kind::Positional;
    let mut bare_star = false;
    for part in split(inner)? {
        if part == "/" {
            if kind != Kind::Positional
                || signature.parameters.is_empty()
                || signature.has(Kind::PositionalOnly)
            {
                return Err("`/` follows the positional-only parameters, once".to_owned());
            }
            for parameter in &mut signature.parameters {
                parameter.kind = Kind::PositionalOnly;
            }
            continue;
        }
        if part == "*" {
            if kind != Kind::Positional {
                return Err("`*` is given twice".to_owned());
            }
            (kind, bare_star) = (Kind::KeywordOnly, true);
            continue;
        }
        let parameter = parse_parameter(part, kind)?;
        if parameter.kind == Kind::VarPositional {
            kind = Kind::KeywordOnly;
        }
        if bare_star && parameter.kind == Kind::VarPositional {
            return Err("`*` is given twice".to_owned());
        }
        check_next(&signature.parameters, &parameter)?;
        signature.parameters.push(parameter);
    }
    if bare_star && !signature.has(Kind::KeywordOnly) {
        return Err("a named parameter must follow `*`".to_owned());
    }
    Ok(signature)
}

fn parse_parameter(part: &str, kind: Kind) -> Result<Parameter, String> {
    let (name, default) = match part.split_once('=') {
        Some((name, default)) => (name.trim(), Some(default.trim().to_owned())),
        None => (part, None),
    };
    let (name, kind) = match (name.strip_prefix("**"), name.strip_prefix('*')) {
        (Some(name), _) => (name, Kind::VarKeyword),
        (None, Some(name)) => (name, Kind::VarPositional),
        (None, None) => (name, kind),
    };
    if default.as_deref() == Some("") || (default.is_some() && kind == Kind::VarPositional) {
        return Err(format!("`{part}` is no parameter with a default"));
    }
    let mut characters = name.chars();
    let starts = characters.next().is_some_and(|first| first == '_' || first.is_alphabetic());
    if !starts || !characters.all(|each| each == '_' || each.is_alphanumeric()) {
        return Err(format!("`{name}` is no parameter name"));
    }
    Ok(Parameter { name: name.to_owned(), kind, default })
}

/// Whether `next` may follow the parameters before it.
fn check_next(before: &[Parameter], next: &Parameter) -> Result<(), String> {
    let name = &next.name;
    if before.iter().any(|each| each.name == *name) {
        return Err(format!("the parameter `{name}` is there twice"));
    }
    let Some(last) = before.last() else { return Ok(()) };
    if last.kind > next.kind || (last.kind == next.kind && !next.is_named()) {
        return Err(format!("the parameter `{name}` cannot follow `{}`", last.name));
    }
    let optional_before = before.iter().any(|each| each.kind <= Kind::Positional && !each.is_required());
    if next.kind <= Kind::Positional && next.is_required() && optional_before {
        return Err(format!("the parameter `{name}` has no default but follows one that has"));
    }
    Ok(())
}

/// Splits at the commas outside of quotes and brackets.
fn split(text: &str) -> Result<Vec<&str>, String> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut depth = 0usize;
    let mut quote = None;
    let mut escaped = false;
    for (at, character) in text.char_indices() {
        match (quote, character) {
            (Some(_), _) if escaped => escaped = false,
            (Some(_), '\\') => escaped = true,
            (Some(open), _) if character == open => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(character),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') => depth = depth.checked_sub(1).ok_or("a bracket is not opened")?,
            (None, ',') if depth == 0 => {
                parts.push(text[start..at].trim());
                start = at + 1;
            }
            (None, _) => {}
        }
    }
    if quote.is_some() || depth > 0 {
        return Err("a quote or bracket is not closed".to_owned());
    }
    let last = text[start..].trim();
    if !last.is_empty() {
        parts.push(last);
    }
    match parts.iter().any(|part| part.is_empty()) {
        true => Err("a parameter is missing before a comma".to_owned()),
        false => Ok(parts),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn shown(text: &str, receiver: Receiver) -> String {
        parse(text).expect(text).text(receiver)
    }

    #[test]
    fn signatures_are_shown_as_inspect_reads_them() {
        assert_eq!(shown("()", Receiver::None), "()");
        assert_eq!(shown("()", Receiver::Object), "($self, /)");
        assert_eq!(
            shown("(x, /, base=10, *, strict=False)", Receiver::None),
            "(x, /, base=10, *, strict=False)"
        );
        assert_eq!(shown("(*, key=None)", Receiver::Object), "($self, /, *, key=None)");
        assert_eq!(shown("(x, /)", Receiver::Class), "($type, x, /)");
        assert_eq!(shown("(*args, sep=' , ', **kwargs)", Receiver::None), "(*args, sep=' , ', **kwargs)");
        assert_eq!(shown("(*args, **kwargs)", Receiver::Object), "($self, /, *args, **kwargs)");
    }

    #[test]
    fn kinds_follow_the_separators() {
        let signature = parse("(a, b=1, /, c=(), *rest, d, **more)").expect("a signature");
        let kinds: Vec<Kind> = signature.parameters.iter().map(|parameter| parameter.kind).collect();
        use Kind::*;
        assert_eq!(
            kinds,
            [PositionalOnly, PositionalOnly, Positional, VarPositional, KeywordOnly, VarKeyword]
        );
        assert_eq!((signature.positional_count(), signature.positional_only_count()), (3, 2));
        assert_eq!(signature.required_positional(), None);
    }

    #[test]
    fn malformed_signatures_are_refused() {
        for (text, message) in [
            ("x, y", "parentheses"),
            ("(a=1, b)", "has no default"),
            ("(a, a)", "twice"),
            ("(/, a)", "`/` follows"),
            ("(a, /, b, /)", "`/` follows"),
            ("(*)", "must follow `*`"),
            ("(*, **kwargs)", "must follow `*`"),
            ("(*args, *more)", "cannot follow"),
            ("(**kwargs, a)", "cannot follow"),
            ("(a,, b)", "missing before a comma"),
            ("(a='x)", "not closed"),
            ("(2a)", "no parameter name"),
            ("(a=)", "no parameter with a default"),
        ] {
            let error = parse(text).expect_err(text);
            assert!(error.contains(message), "{text}: {error}");
        }
    }

    #[test]
    fn simple_defaults_are_rust_literals() {
        let literal = |default: &str| {
            let parameter =
                Parameter { name: "x".to_owned(), kind: Kind::Positional, default: Some(default.to_owned()) };
            parameter.default_literal().map(|tokens| tokens.to_string())
        };
        assert_eq!(literal("-1").as_deref(), Some("- 1"));
        assert_eq!(literal("2.5").as_deref(), Some("2.5"));
        assert_eq!(literal("True").as_deref(), Some("true"));
        assert_eq!(literal("'strict'").as_deref(), Some("\"strict\""));
        assert_eq!(literal("None"), None);
        assert_eq!(literal("()"), None);
        assert_eq!(literal("sys.maxsize"), None);
    }
}
