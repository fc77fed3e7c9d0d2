//! Rust functions as definitions see them: which parameters are the token, the receiver and Python's, and how each is converted.
//! Types are recognised by their last name, as a macro sees no more than that.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{
    Attribute, FnArg, GenericArgument, GenericParam, Pat, PathArguments, PathSegment, Result, ReturnType,
    Type,
};

use crate::attribute::{FunctionOptions, Role, conditions, documentation};
use crate::signature::{
    Kind, Parameter as PythonParameter, Receiver as ShownReceiver, Signature, UNREPRESENTABLE,
};

/// How a borrowed word becomes an argument.
#[derive(Clone)]
pub enum Conversion {
    /// `Ref<'_>`: as it is.
    Untyped,
    /// `&Object<T>`: an object of that layout.
    Object(Box<Type>),
    /// `&self`: the payload of an object.
    Payload,
    /// Any other type: by `FromArg`.
    FromArg,
}

/// What a Rust parameter stands for.
#[derive(Clone)]
pub enum Form {
    Required(Conversion),
    Optional(Conversion),
    /// `&[Ref<'_>]`: `*args`.
    Rest,
    /// `Keywords<'_>`: `**kwargs`.
    Keywords,
    /// `Args<'_>`: all that the call passes.
    Args,
}

pub struct Parameter {
    pub form: Form,
    pub name: String,
    /// Where its type is written.
    pub span: Span,
}

/// A function that Python can call.
pub struct Function {
    pub role: Role,
    /// The name in Python.
    pub name: String,
    pub span: Span,
    pub documentation: String,
    pub conditions: Vec<Attribute>,
    /// How generated code names the Rust function.
    pub path: TokenStream,
    pub takes_token: bool,
    pub receiver: Option<(Conversion, Span)>,
    pub parameters: Vec<Parameter>,
    /// One entry per parameter, except that an `Args` parameter has `*args` and `**kwargs`.
    pub signature: Signature,
    /// Of a `__next__` that returns an `Option`.
    pub is_next: Option<NextResult>,
    /// Where the type of the result is written.
    pub result_span: Span,
}

/// What a `__next__` returns.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum NextResult {
    Option,
    ResultOfOption,
}

impl Function {
    /// Analyses a function. `path` is what comes before its name in generated code, like `<List>::`.
    pub fn new(
        role: Role,
        options: FunctionOptions,
        attributes: &[Attribute],
        function: &syn::Signature,
        path: TokenStream,
    ) -> Result<Function> {
        check_callable(function)?;
        let rust_name = &function.ident;
        let written_signature = options.signature.clone();
        let name = match role {
            Role::Getter | Role::Setter => options.attribute_name()?,
            Role::New if options.name.is_some() => {
                return Err(syn::Error::new(rust_name.span(), "the name of `#[new]` is `__new__`"));
            }
            _ => options.without_attribute()?,
        };
        let name = name.unwrap_or_else(|| default_name(role, &rust_name.unraw().to_string()));
        let mut inputs = function.inputs.iter().peekable();
        let mut receiver = None;
        if let Some(FnArg::Receiver(this)) = inputs.peek() {
            if !role.has_receiver() || matches!(role, Role::New | Role::ClassMethod) {
                return Err(syn::Error::new(this.span(), "only methods, getters and setters have a `self`"));
            }
            if this.reference.is_none() || this.mutability.is_some() || this.colon_token.is_some() {
                return Err(syn::Error::new(this.span(), "objects are shared: the receiver is `&self`"));
            }
            receiver = Some((Conversion::Payload, this.span()));
            inputs.next();
        }
        let mut inputs = inputs.filter_map(|input| match input {
            FnArg::Typed(input) => Some(input),
            FnArg::Receiver(_) => None,
        });
        let mut next = inputs.next();
        let takes_token = next.is_some_and(|input| is_token(&input.ty));
        if takes_token {
            next = inputs.next();
        }
        if role.has_receiver() && receiver.is_none() {
            let Some(this) = next else {
                let what = match role {
                    Role::New | Role::ClassMethod => "the class: add a parameter `class: &Object<Class>`",
                    _ => "its receiver: add `&self`, `this: &Object<Self>` or `this: Ref<'_>`",
                };
                return Err(syn::Error::new(function.paren_token.span.join(), format!("this gets {what}")));
            };
            let Form::Required(conversion) = form(&this.ty)? else {
                return Err(syn::Error::new(
                    this.ty.span(),
                    "a receiver is `&Object<…>`, `Ref<'_>` or one converted type",
                ));
            };
            receiver = Some((conversion, this.ty.span()));
            next = inputs.next();
        }
        let parameters = next.into_iter().chain(inputs).map(parameter).collect::<Result<Vec<_>>>()?;
        let signature = match &written_signature {
            Some(literal) => {
                let signature = Signature::parse(literal)?;
                check_match(&signature, &parameters, literal.span())?;
                signature
            }
            None => derive_signature(&parameters)?,
        };
        let function = Function {
            is_next: if name == "__next__" { next_result(&function.output) } else { None },
            role,
            name,
            span: rust_name.span(),
            documentation: documentation(attributes),
            conditions: conditions(attributes),
            result_span: match &function.output {
                ReturnType::Type(_, ty) => ty.span(),
                ReturnType::Default => rust_name.span(),
            },
            path: quote!(#path #rust_name),
            takes_token,
            receiver,
            parameters,
            signature,
        };
        function.check_role()?;
        Ok(function)
    }

    fn check_role(&self) -> Result<()> {
        let error = |message: &str| Err(syn::Error::new(self.span, message));
        match (self.role, self.parameters.as_slice()) {
            (Role::Getter, []) => Ok(()),
            (Role::Getter, _) => error("a getter takes its receiver only"),
            (Role::Setter, [Parameter { form: Form::Required(_) | Form::Optional(_), .. }]) => Ok(()),
            (Role::Setter, _) => {
                error("a setter takes its receiver and the value, an `Option` if it can delete")
            }
            (Role::New, _) if !matches!(self.receiver, Some((Conversion::Object(_), _))) => {
                error("`#[new]` gets the class to make an instance of: `class: &Object<Class>`")
            }
            _ if self.is_next.is_some() && !self.parameters.is_empty() => {
                error("`__next__` takes its receiver only")
            }
            _ => Ok(()),
        }
    }

    pub fn text_signature(&self) -> String {
        self.signature.text(match self.role {
            Role::Function | Role::StaticMethod => ShownReceiver::None,
            Role::New | Role::ClassMethod => ShownReceiver::Class,
            Role::Method | Role::Getter | Role::Setter => ShownReceiver::Object,
        })
    }

    /// Whether an operand that does not convert makes this answer `NotImplemented`.
    pub fn is_operator(&self) -> bool {
        self.role == Role::Method && is_operator(&self.name)
    }
}

fn default_name(role: Role, rust_name: &str) -> String {
    match role {
        Role::New => "__new__".to_owned(),
        Role::Setter => rust_name.strip_prefix("set_").unwrap_or(rust_name).to_owned(),
        _ => rust_name.to_owned(),
    }
}

fn check_callable(function: &syn::Signature) -> Result<()> {
    let error = |span: Span, message: &str| Err(syn::Error::new(span, message));
    if let Some(token) = &function.asyncness {
        return error(token.span(), "Python cannot call an `async fn`");
    }
    if let Some(token) = &function.unsafety {
        return error(token.span(), "Python cannot call an `unsafe fn`: any program could");
    }
    for parameter in &function.generics.params {
        if !matches!(parameter, GenericParam::Lifetime(_)) {
            return error(parameter.span(), "a function for Python is not generic");
        }
    }
    Ok(())
}

fn parameter(input: &syn::PatType) -> Result<Parameter> {
    if is_token(&input.ty) {
        return Err(syn::Error::new(input.ty.span(), "the token is the first parameter"));
    }
    let Pat::Ident(pattern) = &*input.pat else {
        return Err(syn::Error::new(input.pat.span(), "the parameter needs a name, which Python shows"));
    };
    let name = pattern.ident.unraw().to_string().trim_matches('_').to_owned();
    Ok(Parameter { form: form(&input.ty)?, name, span: input.ty.span() })
}

fn form(ty: &Type) -> Result<Form> {
    if let Type::ImplTrait(_) = ty {
        return Err(syn::Error::new(ty.span(), "write the type that the argument is converted to"));
    }
    if let Type::Reference(reference) = ty
        && let Type::Slice(slice) = &*reference.elem
    {
        return match last_segment(&slice.elem) {
            Some(segment) if segment.ident == "Ref" => Ok(Form::Rest),
            _ => Err(syn::Error::new(ty.span(), "`*args` is a `&[Ref<'_>]`")),
        };
    }
    match last_segment(ty) {
        Some(segment) if segment.ident == "Option" => match first_argument(segment) {
            Some(inner) => Ok(Form::Optional(conversion(inner))),
            None => Err(syn::Error::new(ty.span(), "an optional parameter is an `Option<…>`")),
        },
        Some(segment) if segment.ident == "Args" => Ok(Form::Args),
        Some(segment) if segment.ident == "Keywords" => Ok(Form::Keywords),
        _ => Ok(Form::Required(conversion(ty))),
    }
}

fn conversion(ty: &Type) -> Conversion {
    if let Type::Reference(reference) = ty
        && let Some(segment) = last_segment(&reference.elem)
        && segment.ident == "Object"
        && let Some(payload) = first_argument(segment)
    {
        return Conversion::Object(Box::new(payload.clone()));
    }
    match last_segment(ty) {
        Some(segment) if segment.ident == "Ref" => Conversion::Untyped,
        _ => Conversion::FromArg,
    }
}

/// `&Thread` and `&mut Thread`.
fn is_token(ty: &Type) -> bool {
    match ty {
        Type::Reference(reference) => {
            last_segment(&reference.elem).is_some_and(|last| last.ident == "Thread")
        }
        _ => false,
    }
}

fn next_result(output: &ReturnType) -> Option<NextResult> {
    let ReturnType::Type(_, ty) = output else { return None };
    let outer = last_segment(ty)?;
    if outer.ident == "Option" {
        return Some(NextResult::Option);
    }
    let inner = last_segment(first_argument(outer)?)?;
    (outer.ident == "Result" && inner.ident == "Option").then_some(NextResult::ResultOfOption)
}

fn last_segment(ty: &Type) -> Option<&PathSegment> {
    match ty {
        Type::Path(path) => path.path.segments.last(),
        Type::Paren(inner) => last_segment(&inner.elem),
        Type::Group(inner) => last_segment(&inner.elem),
        _ => None,
    }
}

fn first_argument(segment: &PathSegment) -> Option<&Type> {
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else { return None };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

fn derive_signature(parameters: &[Parameter]) -> Result<Signature> {
    if let [Parameter { form: Form::Args, .. }] = parameters {
        let star = |name: &str, kind| PythonParameter { name: name.to_owned(), kind, default: None };
        return Ok(Signature {
            parameters: vec![star("args", Kind::VarPositional), star("kwargs", Kind::VarKeyword)],
        });
    }
    let mut signature = Signature::default();
    let mut spans = Vec::new();
    for parameter in parameters {
        let (kind, default) = match parameter.form {
            Form::Required(_) => (Kind::PositionalOnly, None),
            Form::Optional(_) => (Kind::PositionalOnly, Some(UNREPRESENTABLE.to_owned())),
            Form::Rest => (Kind::VarPositional, None),
            Form::Keywords => (Kind::VarKeyword, None),
            Form::Args => return Err(args_not_alone(parameter)),
        };
        signature.parameters.push(PythonParameter { name: parameter.name.clone(), kind, default });
        spans.push(parameter.span);
    }
    signature.check_order(&spans)?;
    Ok(signature)
}

fn args_not_alone(parameter: &Parameter) -> syn::Error {
    let message = "`Args` takes all arguments; with named parameters use `&[Ref<'_>]` and `Keywords<'_>`";
    syn::Error::new(parameter.span, message)
}

/// A written signature and the Rust parameters say the same.
fn check_match(signature: &Signature, parameters: &[Parameter], span: Span) -> Result<()> {
    if let [Parameter { form: Form::Args, .. }] = parameters {
        // The function binds by itself; the signature is for `inspect` only.
        return Ok(());
    }
    if signature.parameters.len() != parameters.len() {
        let (shown, there) = (signature.parameters.len(), parameters.len());
        return Err(syn::Error::new(
            span,
            format!("the signature has {shown} parameters, the function {there}"),
        ));
    }
    for (shown, parameter) in signature.parameters.iter().zip(parameters) {
        let name = &shown.name;
        let error = |message: String| Err(syn::Error::new(parameter.span, message));
        if name.trim_matches('_') != parameter.name {
            return error(format!("the signature has `{name}` in the place of `{}`", parameter.name));
        }
        match (shown.kind, &parameter.form) {
            (_, Form::Args) => return Err(args_not_alone(parameter)),
            (Kind::VarPositional, Form::Rest) | (Kind::VarKeyword, Form::Keywords) => {}
            (Kind::VarPositional, _) => return error(format!("`*{name}` is a `&[Ref<'_>]`")),
            (Kind::VarKeyword, _) => return error(format!("`**{name}` is a `Keywords<'_>`")),
            (_, Form::Rest | Form::Keywords) => {
                return error(format!("`{name}` is one argument in the signature"));
            }
            (_, Form::Optional(_)) if shown.is_required() => {
                return error(format!("`{name}` has no default in the signature, so it is never `None`"));
            }
            (_, Form::Required(_)) if !shown.is_required() && shown.default_literal().is_none() => {
                return error(format!("the default of `{name}` is no literal: make the type an `Option<…>`"));
            }
            _ => {}
        }
    }
    Ok(())
}

/// The binary operators and comparisons of Python's data model (Language Reference, 3.3.1 and 3.3.8), by their special methods.
fn is_operator(name: &str) -> bool {
    const COMPARISONS: &[&str] = &["lt", "le", "eq", "ne", "gt", "ge"];
    const ARITHMETIC: &[&str] = &[
        "add", "sub", "mul", "matmul", "truediv", "floordiv", "mod", "divmod", "pow", "lshift", "rshift",
        "and", "xor", "or",
    ];
    let Some(name) = name.strip_prefix("__").and_then(|name| name.strip_suffix("__")) else { return false };
    let base = match name.strip_prefix(['r', 'i']) {
        Some(base) if ARITHMETIC.contains(&base) => base,
        _ => name,
    };
    COMPARISONS.contains(&base) || ARITHMETIC.contains(&base)
}

#[cfg(test)]
mod tests {
    use super::*;
    use syn::parse_quote;

    fn analyse(role: Role, signature: Option<&str>, function: syn::Signature) -> Result<Function> {
        let signature = signature.map(|text| syn::LitStr::new(text, Span::call_site()));
        Function::new(
            role,
            FunctionOptions { signature, ..FunctionOptions::default() },
            &[],
            &function,
            quote!(super::),
        )
    }

    #[track_caller]
    fn refused(role: Role, signature: Option<&str>, function: syn::Signature, message: &str) {
        let error = analyse(role, signature, function).err().expect(message).to_string();
        assert!(error.contains(message), "{error}");
    }

    #[test]
    fn token_receiver_and_parameters_are_told_apart() {
        let function = analyse(
            Role::Method,
            None,
            parse_quote!(fn insert(t: &mut Thread, this: &Object<List>, _at: i64, r#type: Option<Ref<'_>>) -> Result<()>),
        )
        .expect("a method");
        assert!(function.takes_token);
        assert!(matches!(function.receiver, Some((Conversion::Object(_), _))));
        assert_eq!(function.text_signature(), "($self, at, type=<unrepresentable>, /)");
        let function =
            analyse(Role::Function, None, parse_quote!(fn cos(x: f64) -> f64)).expect("a function");
        assert!(!function.takes_token && function.receiver.is_none());
        assert_eq!(function.text_signature(), "(x, /)");
    }

    #[test]
    fn a_next_that_returns_an_option_is_recognised() {
        let next = |function| analyse(Role::Method, None, function).expect("a method").is_next;
        let result: syn::Signature =
            parse_quote!(fn __next__(t: &mut Thread, this: Ref<'_>) -> Result<Option<Value>>);
        assert_eq!(next(result), Some(NextResult::ResultOfOption));
        assert_eq!(next(parse_quote!(fn __next__(&self) -> Option<i64>)), Some(NextResult::Option));
        assert_eq!(next(parse_quote!(fn __next__(&self) -> Result<Value>)), None);
        assert_eq!(next(parse_quote!(fn other(&self) -> Option<i64>)), None);
    }

    #[test]
    fn operators_are_those_of_the_data_model() {
        for name in [
            "__add__",
            "__radd__",
            "__iadd__",
            "__eq__",
            "__divmod__",
            "__rshift__",
            "__rrshift__",
            "__pow__",
        ] {
            assert!(is_operator(name), "{name}");
        }
        for name in ["__req__", "__getitem__", "__contains__", "add", "__radd", "__call__", "__index__"] {
            assert!(!is_operator(name), "{name}");
        }
    }

    #[test]
    fn mistakes_are_told() {
        use Role::*;
        refused(Method, None, parse_quote!(fn f(t: &mut Thread)), "its receiver");
        refused(ClassMethod, None, parse_quote!(fn f()), "the class");
        refused(New, None, parse_quote!(fn new(class: Ref<'_>)), "class: &Object<Class>");
        refused(Method, None, parse_quote!(fn f(&mut self)), "shared");
        refused(Function, None, parse_quote!(fn f(x: i64, t: &Thread)), "first parameter");
        refused(Function, None, parse_quote!(fn f<T>(x: T)), "not generic");
        refused(Function, None, parse_quote!(async fn f(x: i64)), "async");
        refused(Function, None, parse_quote!(fn f(x: Option<i64>, y: i64)), "has no default");
        refused(Function, None, parse_quote!(fn f(x: i64, args: Args<'_>)), "takes all arguments");
        refused(Function, None, parse_quote!(fn f((x, y): Pair)), "needs a name");
        refused(Function, Some("(x)"), parse_quote!(fn f(y: i64)), "in the place of");
        refused(Function, Some("(x)"), parse_quote!(fn f()), "1 parameters, the function 0");
        refused(Function, Some("(x)"), parse_quote!(fn f(x: Option<i64>)), "never `None`");
        refused(Function, Some("(x=None)"), parse_quote!(fn f(x: Ref<'_>)), "no literal");
        refused(Function, Some("(*x)"), parse_quote!(fn f(x: Ref<'_>)), "`*x` is a");
        refused(Getter, None, parse_quote!(fn f(&self, x: i64)), "receiver only");
        refused(Setter, None, parse_quote!(fn f(&self)), "the value");
    }
}
