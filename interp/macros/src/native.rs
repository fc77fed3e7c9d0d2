//! Descriptions of native functions, and the functions behind them: each takes the words of a call, converts them, calls the Rust
//! function and converts its result. Each is a plain `fn` inside the expression that describes it.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::Type;

use crate::attribute::{Role, located};
use crate::function::{Conversion, Form, Function, NextResult, Parameter};
use crate::signature::{self, Kind, Signature};

/// The module of the runtime that holds all names which generated code uses.
pub fn support() -> TokenStream {
    support_at(Span::call_site())
}

/// The same where errors about it should point elsewhere than at the attribute.
pub fn support_at(at: Span) -> TokenStream {
    quote_spanned!(at=> ::ungil_objects::macro_support)
}

/// The class around a function.
pub struct Class<'a> {
    /// The name in Python, where this block says it.
    pub name: &'a str,
    pub payload: &'a Type,
}

impl Class<'_> {
    /// An expression for the class's description.
    fn def(&self) -> TokenStream {
        let (support, payload) = (support(), self.payload);
        quote!(<#payload as #support::NativeClass>::def())
    }
}

/// The convention with the most words that needs no packing.
const MOST_WORDS: usize = 3;

/// An expression for the `NativeDef` of a function.
pub fn native_def(function: &Function, class: Option<&Class<'_>>) -> TokenStream {
    let support = support();
    let (native, convention) = if let Some(result) = function.is_next {
        (next(function, class, result), quote!(Next))
    } else if let Some(words) = direct_words(function) {
        let convention = [quote!(Zero), quote!(One), quote!(Two), quote!(Three)][words].clone();
        (direct(function, class, words), convention)
    } else {
        (bound(function, class), quote!(Args))
    };
    let binding = match function.role {
        Role::Function => quote!(Function),
        Role::ClassMethod => quote!(ClassMethod),
        Role::StaticMethod | Role::New => quote!(StaticMethod),
        Role::Method | Role::Getter | Role::Setter => quote!(Method),
    };
    let name = &function.name;
    let signature = function.text_signature();
    let documentation = &function.documentation;
    quote! {{
        #native
        #support::NativeDef {
            name: #name,
            signature: #signature,
            doc: #documentation,
            convention: #support::Convention::#convention(native),
            binding: #support::Binding::#binding,
        }
    }}
}

/// An expression for the function that reads an attribute.
pub fn getter(function: &Function, class: &Class<'_>) -> TokenStream {
    let native = direct(function, Some(class), 1);
    quote! {{
        #native
        native
    }}
}

/// An expression for the function that writes or deletes an attribute.
pub fn setter(function: &Function, class: &Class<'_>) -> TokenStream {
    let support = support();
    let [value] = function.parameters.as_slice() else { return TokenStream::new() };
    let receiver = receive(function, Some(class));
    let variable = variable(0, value.span);
    let name = &function.name;
    let convert = match &value.form {
        Form::Optional(conversion) => {
            let converted = convert(function, Some(class), conversion, &variable, value.span);
            optional(&variable, &converted)
        }
        Form::Required(conversion) => {
            let converted = convert(function, Some(class), conversion, &variable, value.span);
            quote! {
                let Some(#variable) = #variable else {
                    return Err(#support::cannot_delete(t, #name));
                };
                let #variable = #converted;
            }
        }
        Form::Rest | Form::Keywords | Form::Args => TokenStream::new(),
    };
    let result = call(function);
    quote! {{
        fn native(
            t: &mut #support::Thread,
            receiver: #support::Ref<'_>,
            #variable: Option<#support::Ref<'_>>,
        ) -> #support::Result<()> {
            #receiver
            #convert
            #result.map(drop)
        }
        native
    }}
}

/// The number of words of functions that take a few, always the same.
fn direct_words(function: &Function) -> Option<usize> {
    let words = usize::from(function.receiver.is_some()) + function.parameters.len();
    (function.role != Role::New && function.signature.is_fixed() && words <= MOST_WORDS).then_some(words)
}

fn direct(function: &Function, class: Option<&Class<'_>>, words: usize) -> TokenStream {
    let support = support();
    let count = function.parameters.len();
    let receiver_word = (words > count).then(|| quote!(receiver: #support::Ref<'_>,));
    let variables = function.parameters.iter().enumerate().map(|(at, each)| variable(at, each.span));
    let receiver = receive(function, class);
    let converted = function.parameters.iter().enumerate().map(|(at, parameter)| {
        let variable = variable(at, parameter.span);
        match &parameter.form {
            Form::Required(conversion) => {
                let converted = convert(function, class, conversion, &variable, parameter.span);
                quote!(let #variable = #converted;)
            }
            _ => TokenStream::new(),
        }
    });
    let result = call(function);
    quote! {
        fn native(
            t: &mut #support::Thread,
            #receiver_word
            #(#variables: #support::Ref<'_>,)*
        ) -> #support::Result<#support::Value> {
            #receiver
            #(#converted)*
            #result
        }
    }
}

fn next(function: &Function, class: Option<&Class<'_>>, result: NextResult) -> TokenStream {
    let support = support();
    let receiver = receive(function, class);
    let call = plain_call(function);
    let converted = into_result(&quote!(item), located(function.result_span));
    let item = if result == NextResult::Option { call } else { quote!(#call?) };
    quote! {
        fn native(
            t: &mut #support::Thread,
            receiver: #support::Ref<'_>,
        ) -> #support::Result<Option<#support::Value>> {
            #receiver
            match #item {
                Some(item) => #converted.map(Some),
                None => Ok(None),
            }
        }
    }
}

/// A function that gets all arguments packed, the receiver among them.
fn bound(function: &Function, class: Option<&Class<'_>>) -> TokenStream {
    let support = support();
    let name = &function.name;
    let split = class.filter(|_| function.receiver.is_some()).map(|class| {
        let def = class.def();
        quote!(let (receiver, arguments) = arguments.split_receiver(t, #name, #def)?;)
    });
    let body = packed_body(function, class);
    quote! {
        fn native(
            t: &mut #support::Thread,
            arguments: #support::Args<'_>,
        ) -> #support::Result<#support::Value> {
            #split
            #body
        }
    }
}

/// An expression for the function that calls instances, from the class's `__call__`.
pub fn call_slot(function: &Function, class: &Class<'_>) -> TokenStream {
    let support = support();
    let body = packed_body(function, Some(class));
    quote! {{
        fn native(
            t: &mut #support::Thread,
            receiver: #support::Ref<'_>,
            arguments: #support::Args<'_>,
        ) -> #support::Result<#support::Value> {
            #body
        }
        native
    }}
}

/// Statements that work on a `receiver`, if the function has one, and packed `arguments`.
fn packed_body(function: &Function, class: Option<&Class<'_>>) -> TokenStream {
    let receiver = receive(function, class);
    let arguments = match function.parameters.as_slice() {
        [Parameter { form: Form::Args, span, .. }] => {
            let variable = variable(0, *span);
            quote!(let #variable = arguments;)
        }
        _ => bind(function, class),
    };
    let result = call(function);
    quote!(#receiver #arguments #result)
}

/// Statements that bind `arguments` to the parameters and convert them.
fn bind(function: &Function, class: Option<&Class<'_>>) -> TokenStream {
    let support = support();
    let signature = &function.signature;
    let table = parameter_table(function, class);
    let positional = signature.positional_count();
    let mut slots = Vec::new();
    let mut extra = Vec::new();
    let mut conversions = Vec::new();
    for (at, (parameter, shown)) in function.parameters.iter().zip(&signature.parameters).enumerate() {
        let variable = variable(at, parameter.span);
        match &parameter.form {
            Form::Required(conversion) | Form::Optional(conversion) => {
                let converted = convert(function, class, conversion, &variable, parameter.span);
                conversions.push(convert_bound(&variable, &converted, parameter, shown));
                slots.push(variable);
            }
            Form::Rest => extra.push(quote! {
                let #variable = arguments.positional().get(#positional..).unwrap_or_default();
            }),
            Form::Keywords | Form::Args => {
                extra.push(quote!(let #variable = PARAMETERS.extra_keywords(arguments);));
            }
        }
    }
    let takes_anything = signature.has(Kind::VarPositional) && signature.has(Kind::VarKeyword);
    let bind = (!slots.is_empty() || !takes_anything).then(|| {
        let (count, words) = (slots.len(), bound_words(signature));
        quote!(let [#(#slots),*]: [Option<#support::Ref<'_>>; #count] = #words;)
    });
    quote!(#table #bind #(#extra)* #(#conversions)*)
}

/// The static that tells the runtime how to bind.
fn parameter_table(function: &Function, class: Option<&Class<'_>>) -> TokenStream {
    let support = support();
    let signature = &function.signature;
    // A call of a class names the class in its errors.
    let called = match (function.role, class) {
        (Role::New, Some(class)) => class.name,
        _ => &function.name,
    };
    let names = signature.named().map(|parameter| &parameter.name);
    let required = signature.named().map(|parameter| parameter.is_required());
    let positional_only = signature.positional_only_count();
    let keyword_only_from = signature.positional_count();
    let extra_positional = signature.has(Kind::VarPositional);
    let extra_keywords = signature.has(Kind::VarKeyword);
    quote! {
        static PARAMETERS: #support::Parameters = #support::Parameters {
            function: #called,
            names: &[#(#names),*],
            positional_only: #positional_only,
            keyword_only_from: #keyword_only_from,
            required: &[#(#required),*],
            extra_positional: #extra_positional,
            extra_keywords: #extra_keywords,
        };
    }
}

/// An expression for the words of the named parameters. Positional arguments in the right number lie where the parameters
/// expect them and need no binding.
fn bound_words(signature: &Signature) -> TokenStream {
    let bind = quote!(PARAMETERS.bind(t, arguments)?);
    let Some(least) = signature.required_positional() else { return bind };
    let positional = signature.positional_count();
    // Keyword-only parameters have no place.
    let places = signature.named().enumerate().map(|(at, _)| if at < positional { at } else { usize::MAX });
    let enough = match signature.has(Kind::VarPositional) {
        true => quote!(#least..),
        false => quote!(#least..=#positional),
    };
    quote! {
        if arguments.names().is_none() && (#enough).contains(&arguments.values().len()) {
            let given = arguments.values();
            [#(given.get(#places).copied()),*]
        } else {
            #bind
        }
    }
}

/// A statement that converts what was bound to a parameter, or takes its default.
fn convert_bound(
    variable: &Ident,
    converted: &TokenStream,
    parameter: &Parameter,
    shown: &signature::Parameter,
) -> TokenStream {
    let absent = match (&parameter.form, shown.default_literal()) {
        // Where the default is `None`, `None` may also be passed.
        (Form::Optional(_), _) if shown.default.as_deref() == Some("None") => {
            return quote! {
                let #variable = match #variable {
                    Some(#variable) if !#variable.is_none() => Some(#converted),
                    _ => None,
                };
            };
        }
        (Form::Optional(_), _) => return optional(variable, converted),
        (_, Some(default)) => default,
        (_, None) => quote!(unreachable!("binding fills the required parameters")),
    };
    quote! {
        let #variable = match #variable {
            Some(#variable) => #converted,
            None => #absent,
        };
    }
}

/// Converts the receiver; one of another type is refused as a descriptor refuses it.
fn receive(function: &Function, class: Option<&Class<'_>>) -> TokenStream {
    let support = support();
    let Some((conversion, span)) = &function.receiver else { return TokenStream::new() };
    let name = &function.name;
    let own_payload = class.map(|class| class.payload);
    let def = class.map(Class::def);
    let wrong = quote!(#support::wrong_receiver(t, #name, #def, receiver));
    let at = located(*span);
    let from_arg = from_arg(quote_spanned!(at=> receiver), at);
    let payload = match conversion {
        Conversion::Object(_) if function.role == Role::New => {
            return quote_spanned!(at=> let receiver = #support::class_to_instantiate::<#own_payload>(t, receiver)?;);
        }
        Conversion::Untyped => return TokenStream::new(),
        Conversion::Payload => own_payload,
        Conversion::Object(payload) => Some(resolve(payload, class)),
        Conversion::FromArg => {
            return quote_spanned! {at=>
                let receiver = match #from_arg {
                    Ok(receiver) => receiver,
                    Err(raised) if raised.is(t, #support::Exc::TypeError) => return Err(#wrong),
                    Err(raised) => return Err(raised),
                };
            };
        }
    };
    quote_spanned! {at=>
        let Some(receiver) = receiver.downcast::<#payload>() else {
            return Err(#wrong);
        };
    }
}

/// A payload type as code outside of the `impl` block names it.
fn resolve<'a>(payload: &'a Type, class: Option<&Class<'a>>) -> &'a Type {
    match (payload, class) {
        (Type::Path(path), Some(class)) if path.path.is_ident("Self") => class.payload,
        _ => payload,
    }
}

/// An expression for the word in `variable` as an argument. An operator answers `NotImplemented` for one of another type.
fn convert(
    function: &Function,
    class: Option<&Class<'_>>,
    conversion: &Conversion,
    variable: &Ident,
    span: Span,
) -> TokenStream {
    let support = support();
    let at = located(span);
    let from_arg = from_arg(quote!(#variable), at);
    let not_implemented = quote!(return Ok(#support::Value::NOT_IMPLEMENTED));
    match conversion {
        Conversion::Untyped | Conversion::Payload => quote!(#variable),
        Conversion::Object(payload) if function.is_operator() => {
            let payload = resolve(payload, class);
            quote_spanned! {at=>
                match #variable.downcast::<#payload>() {
                    Some(converted) => converted,
                    None => #not_implemented,
                }
            }
        }
        Conversion::FromArg if function.is_operator() => quote_spanned! {at=>
            match #from_arg {
                Ok(converted) => converted,
                Err(raised) if raised.is(t, #support::Exc::TypeError) => #not_implemented,
                Err(raised) => return Err(raised),
            }
        },
        Conversion::Object(_) | Conversion::FromArg => {
            quote_spanned!(at=> #from_arg?)
        }
    }
}

/// A statement that converts an optional word in place.
fn optional(variable: &Ident, converted: &TokenStream) -> TokenStream {
    quote! {
        let #variable = match #variable {
            Some(#variable) => Some(#converted),
            None => None,
        };
    }
}

fn from_arg(word: TokenStream, at: Span) -> TokenStream {
    let support = support_at(at);
    quote_spanned!(at=> #support::FromArg::from_arg(t, #word))
}

/// The variable that holds the argument at this position.
fn variable(position: usize, span: Span) -> Ident {
    format_ident!("argument{position}", span = located(span))
}

fn plain_call(function: &Function) -> TokenStream {
    let path = &function.path;
    let receiver = function.receiver.is_some().then(|| quote!(receiver,));
    let token = function.takes_token.then(|| quote!(t,));
    let variables = function.parameters.iter().enumerate().map(|(at, each)| variable(at, each.span));
    // `self` is Rust's first parameter, every other receiver follows the token.
    match function.receiver {
        Some((Conversion::Payload, _)) => quote!(#path(#receiver #token #(#variables),*)),
        _ => quote!(#path(#token #receiver #(#variables),*)),
    }
}

fn call(function: &Function) -> TokenStream {
    let call = plain_call(function);
    into_result(&call, located(function.result_span))
}

/// An expression that converts a result; errors about its type point at `at`.
pub fn into_result(result: &TokenStream, at: Span) -> TokenStream {
    let support = support_at(at);
    let variable = Ident::new("result", at);
    let convert = quote_spanned!(at=> #support::IntoResult::into_result(#variable, t));
    quote! {{
        let #variable = #result;
        #convert
    }}
}
