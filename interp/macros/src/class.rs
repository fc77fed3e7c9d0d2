//! `#[class]` and `#[methods]`: the tables of a class from the functions of its `impl` blocks.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{Attribute, ImplItem, ItemImpl, Type, parse_quote, parse2};

use crate::attribute::{ClassOptions, Role, documentation, located, take, take_role};
use crate::function::Function;
use crate::native::{self, Class, support};
use crate::{Errors, Failure};

/// `#[class(name = "…", …)]`: implements `NativeClass`.
pub fn expand_class(options: TokenStream, item: TokenStream) -> Result<TokenStream, Failure> {
    let mut errors = Errors::default();
    let options: ClassOptions = errors.take(parse2(options)).unwrap_or_default();
    let (block, functions) = read_block(item, &mut errors)?;
    let members = members(functions, &mut errors);
    errors.finish(&block)?;
    let definition = definition(&options, &block, &members);
    Ok(quote!(#block #definition))
}

/// `#[methods(TABLE)]`: the associated constant `TABLE` holds the members of one more block.
pub fn expand_methods(options: TokenStream, item: TokenStream) -> Result<TokenStream, Failure> {
    let mut errors = Errors::default();
    let table: Option<Ident> = errors.take(parse2(options));
    let (block, functions) = read_block(item, &mut errors)?;
    for function in &functions {
        if matches!(function.role, Role::New) || function.name == "__call__" {
            let message = "what makes and calls instances belongs in the block with `#[class]`";
            errors.push(syn::Error::new(function.span, message));
        }
    }
    let members = members(functions, &mut errors);
    errors.finish(&block)?;
    let support = support();
    let payload = &block.self_ty;
    let class = Class { name: "", payload };
    let (methods, properties) = (members.method_table(&class), members.property_table(&class));
    Ok(quote! {
        #block
        impl #payload {
            #[doc(hidden)]
            pub(crate) const #table: #support::Members =
                #support::Members { methods: &[#(#methods),*], properties: &[#(#properties),*] };
        }
    })
}

/// Reads an `impl` block and takes our attributes off its functions.
fn read_block(item: TokenStream, errors: &mut Errors) -> Result<(ItemImpl, Vec<Function>), Failure> {
    let mut block: ItemImpl = parse2(item)?;
    if let Some((_, interface, _)) = &block.trait_ {
        errors.push(syn::Error::new_spanned(interface, "a class is an inherent `impl`, without a trait"));
    }
    if !block.generics.params.is_empty() {
        errors.push(syn::Error::new_spanned(&block.generics, "a payload type is not generic"));
    }
    let payload = block.self_ty.clone();
    let mut functions = Vec::new();
    for item in &mut block.items {
        let ImplItem::Fn(method) = item else { continue };
        if let Some(Some(_)) = errors.take(take(&mut method.attrs, "function")) {
            let message = "in a class this is a `#[method]`, `#[staticmethod]` or `#[classmethod]`";
            errors.push(syn::Error::new(method.sig.ident.span(), message));
        }
        let Some(Some((role, options))) = errors.take(take_role(&mut method.attrs)) else { continue };
        if role == Role::New {
            // A constructor of Python objects answers with an object, whatever its name.
            method.attrs.push(parse_quote!(#[allow(clippy::new_ret_no_self)]));
        }
        let path = quote!(<#payload>::);
        functions.extend(errors.take(Function::new(role, options, &method.attrs, &method.sig, path)));
    }
    Ok((block, functions))
}

/// The functions of a block by their place in the class.
#[derive(Default)]
struct Members {
    methods: Vec<Function>,
    properties: Vec<Property>,
}

struct Property {
    getter: Function,
    setter: Option<Function>,
}

fn members(functions: Vec<Function>, errors: &mut Errors) -> Members {
    let mut members = Members::default();
    let mut setters = Vec::new();
    for function in functions {
        let known = members.methods.iter().chain(members.properties.iter().map(|property| &property.getter));
        let is_setter = function.role == Role::Setter;
        if !is_setter
            && function.conditions.is_empty()
            && known.into_iter().any(|known| known.name == function.name)
        {
            let message = format!("the class has a `{}` already", function.name);
            errors.push(syn::Error::new(function.span, message));
        }
        match function.role {
            Role::Getter => members.properties.push(Property { getter: function, setter: None }),
            Role::Setter => setters.push(function),
            _ => members.methods.push(function),
        }
    }
    for setter in setters {
        let property = members.properties.iter_mut().find(|property| property.getter.name == setter.name);
        match property {
            Some(property) if property.setter.is_none() => property.setter = Some(setter),
            Some(_) => errors.push(syn::Error::new(setter.span, "the attribute has a setter already")),
            None => {
                let message = format!("there is no `#[getter]` for `{}` in this block", setter.name);
                errors.push(syn::Error::new(setter.span, message));
            }
        }
    }
    members
}

impl Members {
    fn method_table<'a>(&'a self, class: &'a Class<'_>) -> impl Iterator<Item = TokenStream> + 'a {
        self.methods.iter().map(|function| {
            let conditions = &function.conditions;
            let def = native::native_def(function, Some(class));
            quote!(#(#conditions)* #def)
        })
    }

    fn property_table<'a>(&'a self, class: &'a Class<'_>) -> impl Iterator<Item = TokenStream> + 'a {
        self.properties.iter().map(|property| property.definition(class))
    }
}

impl Property {
    fn definition(&self, class: &Class<'_>) -> TokenStream {
        let support = support();
        let name = &self.getter.name;
        let documentation = &self.getter.documentation;
        let conditions: &[Attribute] = &self.getter.conditions;
        let get = native::getter(&self.getter, class);
        let set = match &self.setter {
            Some(setter) => {
                let set = native::setter(setter, class);
                quote!(Some(#set))
            }
            None => quote!(None),
        };
        quote!(#(#conditions)* #support::PropertyDef { name: #name, doc: #documentation, get: #get, set: #set })
    }
}

/// The implementation of `NativeClass`.
fn definition(options: &ClassOptions, block: &ItemImpl, members: &Members) -> TokenStream {
    let support = support();
    let payload = &*block.self_ty;
    let name = options.name.clone().unwrap_or_else(|| type_name(payload));
    let module = options.module.as_deref().unwrap_or("builtins");
    let documentation = documentation(&block.attrs);
    let class = Class { name: &name, payload };
    let base = match &options.base {
        Some(base) => quote!(Some(<#base as #support::Payload>::layout)),
        None => quote!(None),
    };
    let flags = flags(options);
    let has_attributes = options.flags.iter().any(|flag| flag == "attributes");
    let methods =
        table(quote!(NativeDef), quote!(methods), payload, members.method_table(&class), &options.members);
    let properties = table(
        quote!(PropertyDef),
        quote!(properties),
        payload,
        members.property_table(&class),
        &options.members,
    );
    let call = match members.methods.iter().find(|function| function.name == "__call__") {
        Some(function) => {
            let call = native::call_slot(function, &class);
            quote!(Some(#call))
        }
        None => quote!(None),
    };
    quote! {
        impl #support::NativeClass for #payload {
            fn def() -> &'static #support::ClassDef {
                #[allow(clippy::needless_update, reason = "fields may be added")]
                static DEF: #support::ClassDef = #support::ClassDef {
                    name: #name,
                    module: #module,
                    doc: #documentation,
                    base: #base,
                    flags: #flags,
                    has_attributes: #has_attributes,
                    methods: #methods,
                    properties: #properties,
                    call: #call,
                    ..#support::ClassDef::EMPTY
                };
                &DEF
            }
        }
    }
}

/// `final` and `attributes` have a meaning of their own; the others are constants of `ClassFlags` in lower case.
fn flags(options: &ClassOptions) -> TokenStream {
    let support = support();
    let mut flags = quote!(#support::ClassFlags::BASE);
    for flag in &options.flags {
        if flag == "final" {
            flags.extend(quote!(.without(#support::ClassFlags::BASE)));
        } else if flag != "attributes" {
            let constant = format_ident!("{}", flag.to_string().to_uppercase(), span = flag.span());
            flags.extend(quote_spanned!(located(flag.span())=> .with(#support::ClassFlags::#constant)));
        }
    }
    flags
}

/// A slice of the block's own entries, followed by those of other blocks.
fn table(
    element: TokenStream,
    field: TokenStream,
    payload: &Type,
    own: impl Iterator<Item = TokenStream>,
    others: &[Ident],
) -> TokenStream {
    let support = support();
    if others.is_empty() {
        return quote!(&[#(#own),*]);
    }
    quote! {{
        const PARTS: &[&[#support::#element]] = &[&[#(#own),*], #(<#payload>::#others.#field),*];
        const ALL: [#support::#element; #support::total_len(PARTS)] = #support::concat(PARTS);
        &ALL
    }}
}

/// The last name of a type, for classes without a `name`.
fn type_name(payload: &Type) -> String {
    match payload {
        Type::Path(path) => path.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(options: TokenStream, item: TokenStream, messages: &[&str]) {
        let Failure { error, .. } = expand_class(options, item).expect_err("a mistake");
        let told: Vec<String> = error.into_iter().map(|error| error.to_string()).collect();
        assert_eq!(told.len(), messages.len(), "{told:?}");
        for (told, message) in told.iter().zip(messages) {
            assert!(told.contains(message), "{told}");
        }
    }

    #[test]
    fn mistakes_are_told_together() {
        refused(
            quote!(name = "x", metaclass = y),
            quote! {
                impl X {
                    #[method]
                    fn a(&mut self) {}
                    #[method(kind = "fast")]
                    fn b(&self) {}
                    #[setter]
                    fn set_c(&self, value: i64) {}
                }
            },
            &[
                "unknown option; expected `name`, `module`",
                "shared",
                "unknown option; expected `name` or",
                "no `#[getter]` for `c`",
            ],
        );
    }

    #[test]
    fn mistakes_of_the_block_are_told() {
        refused(quote!(), quote!(impl Clone for X {}), &["without a trait"]);
        refused(
            quote!(),
            quote!(
                impl<T> X<T> {}
            ),
            &["not generic"],
        );
        refused(quote!(), quote!(impl X { #[function] fn f() {} }), &["in a class this is"]);
        refused(
            quote!(),
            quote!(impl X { #[method] #[getter] fn f(&self) {} }),
            &["one of these attributes"],
        );
        let twice = quote!(impl X { #[method] fn f(&self) {} #[getter(f)] fn g(&self) {} });
        refused(quote!(), twice, &["has a `f` already"]);
        refused(quote!(), quote!(impl X { #[method(fast)] fn f(&self) {} }), &["unknown option"]);
    }

    #[test]
    fn further_blocks_cannot_construct() {
        let failure =
            expand_methods(quote!(TABLE), quote!(impl X { #[new] fn new(class: &Object<Class>) {} }));
        assert!(failure.expect_err("a mistake").error.to_string().contains("belongs in the block"));
    }
}
