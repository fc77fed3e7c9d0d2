//! The attributes that definitions are written with: their options, and the documentation comments around them.

use proc_macro2::{Ident, Span};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, ExprLit, Lit, LitStr, Meta, Path, Result, Token, bracketed, parenthesized};

/// What an attributed function becomes.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Role {
    Function,
    Method,
    New,
    ClassMethod,
    StaticMethod,
    Getter,
    Setter,
}

impl Role {
    const IN_CLASS: &[(&str, Role)] = &[
        ("new", Role::New),
        ("method", Role::Method),
        ("classmethod", Role::ClassMethod),
        ("staticmethod", Role::StaticMethod),
        ("getter", Role::Getter),
        ("setter", Role::Setter),
    ];

    /// Whether the Python side passes an object or a class first.
    pub fn has_receiver(self) -> bool {
        !matches!(self, Role::Function | Role::StaticMethod)
    }
}

/// The options of `#[function]`, `#[method]`, `#[getter]` and their like.
#[derive(Default)]
pub struct FunctionOptions {
    pub name: Option<LitStr>,
    pub signature: Option<LitStr>,
    /// The attribute's name alone, as in `#[setter(name)]`.
    pub attribute: Option<Ident>,
}

impl FunctionOptions {
    /// The name in Python, if it is given, for what may not have the other options.
    pub fn only_name(self) -> Result<Option<String>> {
        if let Some(signature) = &self.signature {
            return Err(syn::Error::new(signature.span(), "this has no signature of its own"));
        }
        self.without_attribute()
    }

    /// The name in Python, if it is given, for functions.
    pub fn without_attribute(self) -> Result<Option<String>> {
        match self.attribute {
            Some(bare) => Err(syn::Error::new(bare.span(), "unknown option; expected `name` or `signature`")),
            None => Ok(self.name.map(|name| name.value())),
        }
    }

    /// The name in Python, if it is given, for getters and setters.
    pub fn attribute_name(mut self) -> Result<Option<String>> {
        match (self.attribute.take(), &self.name) {
            (Some(bare), None) => Ok(Some(bare.unraw().to_string())),
            (Some(bare), Some(_)) => Err(syn::Error::new(bare.span(), "the name is given twice")),
            (None, _) => self.only_name(),
        }
    }
}

impl Parse for FunctionOptions {
    fn parse(input: ParseStream<'_>) -> Result<FunctionOptions> {
        let mut options = FunctionOptions::default();
        while !input.is_empty() {
            let key = Ident::parse_any(input)?;
            if !input.peek(Token![=]) {
                once(&mut options.attribute, key.clone(), &key)?;
            } else {
                input.parse::<Token![=]>()?;
                match key.to_string().as_str() {
                    "name" => once(&mut options.name, input.parse()?, &key)?,
                    "signature" => once(&mut options.signature, input.parse()?, &key)?,
                    _ => {
                        return Err(syn::Error::new(
                            key.span(),
                            "unknown option; expected `name` or `signature`",
                        ));
                    }
                }
            }
            comma(input)?;
        }
        Ok(options)
    }
}

/// The options of `#[class(…)]`.
#[derive(Default)]
pub struct ClassOptions {
    pub name: Option<String>,
    pub module: Option<String>,
    /// The payload type of the base class.
    pub base: Option<Path>,
    /// Names of `ClassFlags`, as written.
    pub flags: Vec<Ident>,
    /// The tables of further `#[methods]` blocks.
    pub members: Vec<Ident>,
}

impl Parse for ClassOptions {
    fn parse(input: ParseStream<'_>) -> Result<ClassOptions> {
        let mut options = ClassOptions::default();
        while !input.is_empty() {
            let key = Ident::parse_any(input)?;
            if !input.peek(Token![=]) {
                options.flags.push(key);
            } else {
                input.parse::<Token![=]>()?;
                match key.to_string().as_str() {
                    "name" => once(&mut options.name, input.parse::<LitStr>()?.value(), &key)?,
                    "module" => once(&mut options.module, input.parse::<LitStr>()?.value(), &key)?,
                    "base" => once(&mut options.base, input.parse()?, &key)?,
                    "members" => {
                        let list;
                        bracketed!(list in input);
                        options.members.extend(Punctuated::<Ident, Token![,]>::parse_terminated(&list)?);
                    }
                    _ => {
                        let message =
                            "unknown option; expected `name`, `module`, `base`, `members` or a flag";
                        return Err(syn::Error::new(key.span(), message));
                    }
                }
            }
            comma(input)?;
        }
        Ok(options)
    }
}

/// The options of `#[module(…)]`.
#[derive(Default)]
pub struct ModuleOptions {
    pub name: Option<String>,
    /// Functions that are defined elsewhere with `#[function]`.
    pub functions: Vec<Path>,
    /// Payload types of classes that are defined elsewhere.
    pub classes: Vec<Path>,
}

impl Parse for ModuleOptions {
    fn parse(input: ParseStream<'_>) -> Result<ModuleOptions> {
        let mut options = ModuleOptions::default();
        while !input.is_empty() {
            let key: Ident = input.parse()?;
            match key.to_string().as_str() {
                "name" => {
                    input.parse::<Token![=]>()?;
                    once(&mut options.name, input.parse::<LitStr>()?.value(), &key)?;
                }
                "functions" => options.functions.extend(path_list(input)?),
                "classes" => options.classes.extend(path_list(input)?),
                _ => {
                    let message = "unknown option; expected `name`, `functions` or `classes`";
                    return Err(syn::Error::new(key.span(), message));
                }
            }
            comma(input)?;
        }
        Ok(options)
    }
}

fn path_list(input: ParseStream<'_>) -> Result<Punctuated<Path, Token![,]>> {
    let list;
    parenthesized!(list in input);
    list.call(Punctuated::parse_terminated)
}

fn comma(input: ParseStream<'_>) -> Result<()> {
    if !input.is_empty() {
        input.parse::<Token![,]>()?;
    }
    Ok(())
}

fn once<T>(slot: &mut Option<T>, value: T, key: &Ident) -> Result<()> {
    match slot.replace(value) {
        None => Ok(()),
        Some(_) => Err(syn::Error::new(key.span(), format!("`{key}` is given twice"))),
    }
}

/// Takes the attribute that makes a function a part of its class off the function.
pub fn take_role(attributes: &mut Vec<Attribute>) -> Result<Option<(Role, FunctionOptions)>> {
    let mut found = None;
    let mut twice = None;
    let mut taken = Vec::new();
    attributes.retain(|attribute| {
        let role = Role::IN_CLASS.iter().find(|(name, _)| attribute.path().is_ident(name));
        if let Some((_, role)) = role {
            if found.replace(*role).is_some() {
                twice = Some(attribute.pound_token.span);
            }
            taken.push(attribute.clone());
        }
        role.is_none()
    });
    if let Some(span) = twice {
        return Err(syn::Error::new(span, "a function has one of these attributes only"));
    }
    match (found, taken.first()) {
        (Some(role), Some(attribute)) => Ok(Some((role, options_of(attribute)?))),
        _ => Ok(None),
    }
}

/// Takes the attribute `name` off an item and returns its options.
pub fn take(attributes: &mut Vec<Attribute>, name: &str) -> Result<Option<FunctionOptions>> {
    match attributes.iter().position(|attribute| attribute.path().is_ident(name)) {
        None => Ok(None),
        Some(at) => options_of(&attributes.remove(at)).map(Some),
    }
}

/// Takes the attribute `name`, which has no options, off an item; whether it was there.
pub fn take_bare(attributes: &mut Vec<Attribute>, name: &str) -> Result<bool> {
    match attributes.iter().position(|attribute| attribute.path().is_ident(name)) {
        None => Ok(false),
        Some(at) => attributes.remove(at).meta.require_path_only().map(|_| true),
    }
}

fn options_of(attribute: &Attribute) -> Result<FunctionOptions> {
    match &attribute.meta {
        Meta::Path(_) => Ok(FunctionOptions::default()),
        _ => attribute.parse_args(),
    }
}

/// The text of the documentation comments, one leading space of each line removed.
pub fn documentation(attributes: &[Attribute]) -> String {
    let mut lines = Vec::new();
    for attribute in attributes {
        if attribute.path().is_ident("doc")
            && let Meta::NameValue(pair) = &attribute.meta
            && let Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) = &pair.value
        {
            let text = text.value();
            lines.push(text.strip_prefix(' ').unwrap_or(&text).to_owned());
        }
    }
    lines.join("\n").trim().to_owned()
}

/// The `#[cfg]` attributes, which what is generated for an item repeats.
pub fn conditions(attributes: &[Attribute]) -> Vec<Attribute> {
    attributes.iter().filter(|attribute| attribute.path().is_ident("cfg")).cloned().collect()
}

/// A span that points at `at` in messages while names resolve, and lints apply, as in generated code.
pub fn located(at: Span) -> Span {
    Span::call_site().located_at(at)
}
