#![doc = include_str!("../README.md")]

mod attribute;
mod class;
mod function;
mod module;
mod native;
mod signature;

use proc_macro::TokenStream;
use proc_macro2::TokenStream as Tokens;

/// Makes an `impl` block the definition of a Python class: implements `NativeClass` for its payload type.
#[proc_macro_attribute]
pub fn class(options: TokenStream, item: TokenStream) -> TokenStream {
    expand(class::expand_class, options, item)
}

/// Makes an `impl` block a further part of a class, which names it in its `members`.
#[proc_macro_attribute]
pub fn methods(options: TokenStream, item: TokenStream) -> TokenStream {
    expand(class::expand_methods, options, item)
}

/// Makes a function callable from Python. Its description is the constant `DEF` in a module of the function's name.
#[proc_macro_attribute]
pub fn function(options: TokenStream, item: TokenStream) -> TokenStream {
    expand(module::expand_function, options, item)
}

/// Makes a `mod` the definition of a Python module: adds a `static DEF: ModuleDef` to it.
#[proc_macro_attribute]
pub fn module(options: TokenStream, item: TokenStream) -> TokenStream {
    expand(module::expand_module, options, item)
}

/// A failed expansion still yields the item itself, without our attributes, so that one mistake is one error.
fn expand(
    definition: fn(Tokens, Tokens) -> Result<Tokens, Failure>,
    options: TokenStream,
    item: TokenStream,
) -> TokenStream {
    match definition(options.into(), item.into()) {
        Ok(tokens) => tokens.into(),
        Err(Failure { item, error }) => {
            let mut tokens = error.into_compile_error();
            tokens.extend(item);
            tokens.into()
        }
    }
}

/// Why a definition was refused, and the item as plain Rust.
#[derive(Debug)]
struct Failure {
    item: Tokens,
    error: syn::Error,
}

impl From<syn::Error> for Failure {
    fn from(error: syn::Error) -> Failure {
        Failure { item: Tokens::new(), error }
    }
}

/// Gathers the errors of independent parts, so that the compiler shows all of them at once.
#[derive(Default)]
struct Errors(Option<syn::Error>);

impl Errors {
    fn push(&mut self, error: syn::Error) {
        match &mut self.0 {
            Some(errors) => errors.combine(error),
            none => *none = Some(error),
        }
    }

    /// The value of a result, after noting its error.
    fn take<T>(&mut self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.push(error)).ok()
    }

    /// `item` is what remains in the source either way.
    fn finish(self, item: &impl quote::ToTokens) -> Result<(), Failure> {
        match self.0 {
            None => Ok(()),
            Some(error) => Err(Failure { item: item.to_token_stream(), error }),
        }
    }
}
