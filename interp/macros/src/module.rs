//! `#[module]` and `#[function]`: modules from the functions, constants and classes inside a `mod`.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Attribute, Item, ItemFn, ItemMod, Path, parse_quote, parse2};

use crate::attribute::{
    FunctionOptions, ModuleOptions, Role, conditions, documentation, located, take, take_bare,
};
use crate::function::Function;
use crate::native::{into_result, native_def, support};
use crate::{Errors, Failure};

/// `#[function]` outside of a `#[module]`: the description is `DEF` in a module that has the function's name.
pub fn expand_function(options: TokenStream, item: TokenStream) -> Result<TokenStream, Failure> {
    let item: ItemFn = parse2(item)?;
    let mut errors = Errors::default();
    let options: FunctionOptions = errors.take(parse2(options)).unwrap_or_default();
    let function =
        errors.take(Function::new(Role::Function, options, &item.attrs, &item.sig, quote!(super::)));
    errors.finish(&item)?;
    let Some(function) = function else { return Ok(quote!(#item)) };
    let support = support();
    let (visibility, name, conditions) = (&item.vis, &item.sig.ident, &function.conditions);
    let def = native_def(&function, None);
    Ok(quote! {
        #item
        #(#conditions)*
        #[doc(hidden)]
        #visibility mod #name {
            pub const DEF: #support::NativeDef = #def;
        }
    })
}

/// `#[module(name = "…", …)] mod … { … }`.
pub fn expand_module(options: TokenStream, item: TokenStream) -> Result<TokenStream, Failure> {
    let mut module: ItemMod = parse2(item)?;
    let mut errors = Errors::default();
    let options: ModuleOptions = errors.take(parse2(options)).unwrap_or_default();
    let mut contents = Contents::default();
    match &mut module.content {
        Some((_, items)) => items.iter_mut().for_each(|item| contents.read(item, &mut errors)),
        None => errors.push(syn::Error::new(
            module.ident.span(),
            "the contents of the module are written here, in braces",
        )),
    }
    errors.finish(&module)?;
    let definition = contents.definition(&options, &module);
    if let Some((_, items)) = &mut module.content {
        items.push(parse_quote!(#definition));
    }
    Ok(quote!(#module))
}

fn is_class(attribute: &Attribute) -> bool {
    attribute.path().segments.last().is_some_and(|last| last.ident == "class")
}

/// What a module defines.
#[derive(Default)]
struct Contents {
    functions: Vec<Function>,
    /// Statements that set the module up: constants, then classes.
    setup: Vec<TokenStream>,
    /// The function with `#[setup]`.
    own_setup: Option<TokenStream>,
}

impl Contents {
    fn read(&mut self, item: &mut Item, errors: &mut Errors) {
        match item {
            Item::Fn(item) => {
                if let Some(Some(options)) = errors.take(take(&mut item.attrs, "function")) {
                    let path = quote!(self::);
                    let function = Function::new(Role::Function, options, &item.attrs, &item.sig, path);
                    self.functions.extend(errors.take(function));
                } else if errors.take(take_bare(&mut item.attrs, "setup")) == Some(true) {
                    let name = &item.sig.ident;
                    if self.own_setup.replace(quote!(self::#name(t, module)?;)).is_some() {
                        errors.push(syn::Error::new(name.span(), "a module has one `#[setup]`"));
                    }
                }
            }
            Item::Const(item) => {
                if let Some(Some(options)) = errors.take(take(&mut item.attrs, "constant")) {
                    let rust_name = &item.ident;
                    let name = errors.take(options.only_name()).flatten();
                    let name = name.unwrap_or_else(|| rust_name.unraw().to_string());
                    self.add_constant(&name, quote!(self::#rust_name), &item.attrs, item.ty.span());
                }
            }
            Item::Impl(item) if item.attrs.iter().any(is_class) => {
                let payload = &item.self_ty;
                self.add_class(quote!(#payload), &item.attrs);
            }
            _ => {}
        }
    }

    fn add_constant(&mut self, name: &str, value: TokenStream, attributes: &[Attribute], span: Span) {
        let support = support();
        let conditions = conditions(attributes);
        let converted = into_result(&value, located(span));
        self.setup.push(quote! {
            #(#conditions)*
            {
                let value = #converted?;
                #support::add_to_module(t, module, #name, value)?;
            }
        });
    }

    fn add_class(&mut self, payload: TokenStream, attributes: &[Attribute]) {
        let support = support();
        let conditions = conditions(attributes);
        self.setup.push(quote!(#(#conditions)* { #support::add_class_to_module::<#payload>(t, module)?; }));
    }

    fn definition(mut self, options: &ModuleOptions, module: &ItemMod) -> TokenStream {
        let support = support();
        let name = options.name.clone().unwrap_or_else(|| module.ident.unraw().to_string());
        let documentation = documentation(&module.attrs);
        for class in &options.classes {
            self.add_class(quote!(#class), &[]);
        }
        let own = self.functions.iter().map(|function| {
            let conditions = &function.conditions;
            let def = native_def(function, None);
            quote!(#(#conditions)* #def)
        });
        let elsewhere = options.functions.iter().map(|path: &Path| quote!(#path::DEF));
        let functions = own.chain(elsewhere);
        let statements = self.setup.iter().chain(&self.own_setup);
        let setup = if self.setup.is_empty() && self.own_setup.is_none() {
            quote!(None)
        } else {
            let setup = format_ident!("setup");
            quote! {
                Some({
                    fn #setup(
                        t: &mut #support::Thread,
                        module: &#support::Object<#support::Module>,
                    ) -> #support::Result<()> {
                        #(#statements)*
                        Ok(())
                    }
                    #setup
                })
            }
        };
        quote! {
            /// The description of this module, from which interpreters make it.
            pub static DEF: #support::ModuleDef = #support::ModuleDef {
                name: #name,
                doc: #documentation,
                functions: &[#(#functions),*],
                setup: #setup,
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(options: TokenStream, item: TokenStream, message: &str) {
        let Failure { error, item } = expand_module(options, item).expect_err(message);
        assert!(error.to_string().contains(message), "{error}");
        assert!(!item.to_string().contains('#'), "our attributes remain: {item}");
    }

    #[test]
    fn mistakes_are_told() {
        refused(
            quote!(name = "m", tables(x)),
            quote!(
                mod m {}
            ),
            "unknown option",
        );
        refused(
            quote!(),
            quote!(
                mod m;
            ),
            "in braces",
        );
        refused(
            quote!(),
            quote!(
                mod m {
                    #[function]
                    fn f(&self) {}
                }
            ),
            "`self`",
        );
        refused(
            quote!(),
            quote!(
                mod m {
                    #[function(f)]
                    fn f() {}
                }
            ),
            "unknown option",
        );
        refused(
            quote!(),
            quote!(
                mod m {
                    #[constant(signature = "()")]
                    const C: i64 = 1;
                }
            ),
            "no signature",
        );
        refused(
            quote!(),
            quote!(
                mod m {
                    #[setup]
                    fn a() {}
                    #[setup]
                    fn b() {}
                }
            ),
            "one `#[setup]`",
        );
    }

    #[test]
    fn a_function_is_described_beside_itself() {
        let expanded = expand_function(
            quote!(name = "exp"),
            quote!(
                pub fn exp_(x: f64) -> f64 {
                    x.exp()
                }
            ),
        );
        let file: syn::File = parse2(expanded.expect("a function")).expect("valid Rust");
        let names: Vec<String> = file
            .items
            .iter()
            .map(|item| match item {
                Item::Fn(item) => format!("fn {}", item.sig.ident),
                Item::Mod(item) => format!("mod {}", item.ident),
                _ => "other".to_owned(),
            })
            .collect();
        assert_eq!(names, ["fn exp_", "mod exp_"]);
    }
}
