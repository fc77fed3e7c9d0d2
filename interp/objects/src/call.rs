//! Arguments, native functions and how both are typed.
//!
//! A call passes its arguments as a slice of borrowed words: the positional ones, then the values of keywords whose names
//! are a tuple of their own (CPython's vectorcall, PEP 590). A native function has one of a few *conventions* by arity,
//! so that calls with few arguments need no packing. The attribute macros (`ungil-macros`) generate these functions
//! from Rust signatures; [`FromArg`] and [`IntoResult`] convert.

mod convert;
mod panic;

pub use convert::{FromArg, IntoResult};
pub use panic::{catch_panic, panicked};

use crate::error::{Raised, Result};
use crate::object::Object;
use crate::raise;
use crate::thread::Thread;
use crate::types::text::Str;
use crate::types::tuple::Tuple;
use crate::value::{Ref, Value};

/// The arguments of one call.
#[derive(Copy, Clone)]
pub struct Args<'a> {
    values: &'a [Ref<'a>],
    names: Option<&'a Object<Tuple>>,
}

impl<'a> Args<'a> {
    pub const NONE: Args<'static> = Args { values: &[], names: None };

    pub fn positional_only(values: &'a [Ref<'a>]) -> Args<'a> {
        Args { values, names: None }
    }

    /// The last values belong to the keywords `names`, a tuple of strings no longer than `values`.
    pub fn new(values: &'a [Ref<'a>], names: Option<&'a Object<Tuple>>) -> Args<'a> {
        debug_assert!(names.map_or(0, |names| names.len()) <= values.len());
        Args { values, names: names.filter(|names| !names.is_empty()) }
    }

    /// Positional arguments, then keyword values.
    pub fn values(self) -> &'a [Ref<'a>] {
        self.values
    }

    pub fn names(self) -> Option<&'a Object<Tuple>> {
        self.names
    }

    pub fn positional(self) -> &'a [Ref<'a>] {
        &self.values[..self.values.len() - self.keyword_count()]
    }

    pub fn keyword_count(self) -> usize {
        self.names.map_or(0, |names| names.len())
    }

    /// The keyword arguments: name and value.
    pub fn keywords(self) -> impl Iterator<Item = (Ref<'a>, Ref<'a>)> {
        let first = self.values.len() - self.keyword_count();
        self.names
            .into_iter()
            .flat_map(|names| names.items())
            .zip(&self.values[first..])
            .map(|(name, value)| (name, *value))
    }

    /// The receiver of a method, and the call without it.
    #[inline]
    pub fn split_receiver(
        self,
        t: &Thread,
        name: &str,
        class: &crate::class::ClassDef,
    ) -> Result<(Ref<'a>, Args<'a>)> {
        match self.positional().first() {
            Some(receiver) => Ok((*receiver, self.rest())),
            None => raise!(t, TypeError, "unbound method {}.{name}() needs an argument", class.name),
        }
    }

    /// Positional arguments only, `least` to `N` of them, for constructors and others that CPython unpacks by number.
    ///
    /// # Errors
    /// `TypeError` in the wording of `PyArg_UnpackTuple`.
    #[inline]
    pub fn unpack<const N: usize>(
        self,
        t: &Thread,
        function: &str,
        least: usize,
    ) -> Result<[Option<Ref<'a>>; N]> {
        if self.names.is_none() && (least..=N).contains(&self.values.len()) {
            return Ok(std::array::from_fn(|at| self.values.get(at).copied()));
        }
        Err(self.wrong_number::<N>(t, function, least))
    }

    #[cold]
    fn wrong_number<const N: usize>(self, t: &Thread, function: &str, least: usize) -> Raised {
        if self.names.is_some() {
            return crate::error!(t, TypeError, "{function}() takes no keyword arguments");
        }
        let given = self.values.len();
        let wanted = if given < least { least } else { N };
        let bound = match (least == N, given < least) {
            (true, _) => "",
            (false, true) => "at least ",
            (false, false) => "at most ",
        };
        let plural = if wanted == 1 { "" } else { "s" };
        crate::error!(t, TypeError, "{function} expected {bound}{wanted} argument{plural}, got {given}")
    }

    /// The same call without its first positional argument.
    ///
    /// # Panics
    /// If there is none.
    pub fn rest(self) -> Args<'a> {
        Args { values: &self.values[1..], names: self.names }
    }
}

pub type Fn0 = fn(&mut Thread) -> Result<Value>;
pub type Fn1 = for<'a> fn(&mut Thread, Ref<'a>) -> Result<Value>;
pub type Fn2 = for<'a> fn(&mut Thread, Ref<'a>, Ref<'a>) -> Result<Value>;
pub type Fn3 = for<'a> fn(&mut Thread, Ref<'a>, Ref<'a>, Ref<'a>) -> Result<Value>;
/// All arguments as they come, the receiver first for methods.
pub type FnArgs = for<'a> fn(&mut Thread, Args<'a>) -> Result<Value>;
/// `__next__`: `None` at the end, without a `StopIteration`.
pub type FnNext = for<'a> fn(&mut Thread, Ref<'a>) -> Result<Option<Value>>;
/// Calls a callable object, which comes first.
pub type FnCall = for<'a> fn(&mut Thread, Ref<'a>, Args<'a>) -> Result<Value>;

/// Sets a computed attribute, or deletes it without a value.
pub type FnSet = for<'a> fn(&mut Thread, Ref<'a>, Option<Ref<'a>>) -> Result<()>;

/// The conventions of native functions.
#[derive(Copy, Clone)]
pub enum Convention {
    Zero(Fn0),
    One(Fn1),
    Two(Fn2),
    Three(Fn3),
    Args(FnArgs),
    Next(FnNext),
}

/// The static description of a native function, from which its objects are made. The attribute macros write these.
#[derive(Copy, Clone)]
pub struct NativeDef {
    pub name: &'static str,
    /// Parameters as `inspect` shows them, like `($self, item, /)`; empty if unknown.
    pub signature: &'static str,
    pub doc: &'static str,
    pub convention: Convention,
    pub binding: Binding,
}

/// What a native function in a class is.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Binding {
    /// A function of a module.
    Function,
    /// A method: binds its receiver.
    Method,
    ClassMethod,
    StaticMethod,
}

/// A computed attribute of a native class.
#[derive(Copy, Clone)]
pub struct PropertyDef {
    pub name: &'static str,
    pub doc: &'static str,
    pub get: Fn1,
    pub set: Option<FnSet>,
}

/// Calls by convention. Arity errors are worded as CPython's; `name` is the function's. A panic becomes a `SystemError`.
#[inline]
pub fn call_native(t: &mut Thread, def: &'static NativeDef, args: Args<'_>) -> Result<Value> {
    catch_panic(t, || def.name, |t| call_convention(t, def, args))
}

#[inline(always)]
fn call_convention(t: &mut Thread, def: &'static NativeDef, args: Args<'_>) -> Result<Value> {
    let values = args.values();
    if args.names().is_none() {
        match (def.convention, values) {
            (Convention::Args(function), _) => return function(t, args),
            (Convention::One(function), [a]) => return function(t, *a),
            (Convention::Two(function), [a, b]) => return function(t, *a, *b),
            (Convention::Three(function), [a, b, c]) => return function(t, *a, *b, *c),
            // The one slot whose last argument may be left out.
            (Convention::Three(function), [a, b]) if def.name == "__get__" => {
                return function(t, *a, *b, crate::value::NONE);
            }
            (Convention::Zero(function), []) => return function(t),
            (Convention::Next(function), [a]) => return stop_at_end(t, function, *a),
            _ => {}
        }
    } else if let Convention::Args(function) = def.convention {
        return function(t, args);
    }
    wrong_arguments(t, def, args)
}

fn stop_at_end(t: &mut Thread, next: FnNext, iterator: Ref<'_>) -> Result<Value> {
    drop(t.take_stop_value());
    match next(t, iterator)? {
        Some(value) => Ok(value),
        None => Err(stop_iteration(t)),
    }
}

/// The `StopIteration` for the end of an iteration, with the value that a generator returned.
#[cold]
pub fn stop_iteration(t: &Thread) -> crate::error::Raised {
    let args = t.take_stop_value().into_iter().collect();
    crate::error::Raised::with_args(t, crate::error::Exc::StopIteration, args)
}

#[cold]
fn wrong_arguments(t: &Thread, def: &NativeDef, args: Args<'_>) -> Result<Value> {
    let receiver = usize::from(matches!(def.binding, Binding::Method | Binding::ClassMethod));
    let name = def.name;
    if args.names().is_some() {
        raise!(t, TypeError, "{name}() takes no keyword arguments");
    }
    let given = args.values().len().saturating_sub(receiver);
    if receiver > args.values().len() {
        raise!(t, TypeError, "unbound method {name}() needs an argument");
    }
    let wanted = match def.convention {
        Convention::Zero(_) => 0,
        Convention::One(_) | Convention::Next(_) => 1 - receiver,
        Convention::Two(_) => 2 - receiver,
        Convention::Three(_) => 3 - receiver,
        Convention::Args(_) => given,
    };
    match wanted {
        0 => raise!(t, TypeError, "{name}() takes no arguments ({given} given)"),
        1 => raise!(t, TypeError, "{name}() takes exactly one argument ({given} given)"),
        _ => raise!(t, TypeError, "{name} expected {wanted} arguments, got {given}"),
    }
}

/// Arguments bound to named parameters, for functions whose macro gave them names, defaults and keywords.
pub struct Parameters {
    pub function: &'static str,
    /// Parameter names in order; the receiver of a method is not among them.
    pub names: &'static [&'static str],
    pub positional_only: usize,
    /// Parameters from here on are keyword-only.
    pub keyword_only_from: usize,
    pub required: &'static [bool],
    /// Positional arguments beyond the parameters are `*args`.
    pub extra_positional: bool,
    /// Keywords that name no parameter are `**kwargs`.
    pub extra_keywords: bool,
}

/// The keyword arguments that name no parameter.
#[derive(Copy, Clone)]
pub struct Keywords<'a> {
    args: Args<'a>,
    parameters: &'static Parameters,
}

impl<'a> Keywords<'a> {
    /// Name and value of each.
    pub fn iter(self) -> impl Iterator<Item = (Ref<'a>, Ref<'a>)> {
        self.args.keywords().filter(move |(name, _)| self.parameters.keyword(*name).is_none())
    }
}

impl Parameters {
    /// Distributes the arguments: one entry per parameter, `None` where none was given.
    pub fn bind<'a, const N: usize>(&self, t: &Thread, args: Args<'a>) -> Result<[Option<Ref<'a>>; N]> {
        let mut bound = [None; N];
        let positional = args.positional();
        let function = self.function;
        if positional.len() > self.keyword_only_from && !self.extra_positional {
            let (at_most, given) = (self.keyword_only_from, positional.len());
            let plural = if at_most == 1 { "" } else { "s" };
            let how = if self.required.iter().take(at_most).all(|required| *required) {
                "exactly"
            } else {
                "at most"
            };
            if self.is_positional_only() {
                let bound = if how == "exactly" { "" } else { "at most " };
                raise!(t, TypeError, "{function} expected {bound}{at_most} argument{plural}, got {given}");
            }
            raise!(t, TypeError, "{function}() takes {how} {at_most} argument{plural} ({given} given)");
        }
        for (slot, value) in bound.iter_mut().take(self.keyword_only_from).zip(positional) {
            *slot = Some(*value);
        }
        for (name, value) in args.keywords() {
            match self.keyword(name) {
                None if self.extra_keywords => {}
                None if self.is_positional_only() => {
                    raise!(t, TypeError, "{function}() takes no keyword arguments");
                }
                None => {
                    let text = crate::protocol::text::name_of(name);
                    raise!(t, TypeError, "{function}() got an unexpected keyword argument '{text}'");
                }
                Some(at) => {
                    if bound[at].replace(value).is_some() {
                        let (text, position) = (self.names[at], at + 1);
                        raise!(
                            t,
                            TypeError,
                            "argument for {function}() given by name ('{text}') and position ({position})"
                        );
                    }
                }
            }
        }
        for (at, required) in self.required.iter().enumerate() {
            if *required && bound[at].is_none() {
                let name = self.names[at];
                let position = at + 1;
                if at >= self.positional_only && at < self.keyword_only_from {
                    raise!(t, TypeError, "{function}() missing required argument '{name}' (pos {position})");
                } else if at >= self.keyword_only_from {
                    raise!(t, TypeError, "{function}() missing required keyword-only argument '{name}'");
                }
                let required = self.required.iter().filter(|required| **required).count();
                let given = positional.len();
                raise!(
                    t,
                    TypeError,
                    "{function} expected {}{required} argument{}, got {given}",
                    if required == self.names.len() { "" } else { "at least " },
                    if required == 1 { "" } else { "s" }
                );
            }
        }
        Ok(bound)
    }

    /// Whether no keyword names a parameter.
    fn is_positional_only(&self) -> bool {
        self.positional_only == self.names.len()
    }

    /// The parameter that a keyword names.
    fn keyword(&self, name: Ref<'_>) -> Option<usize> {
        let name = name.downcast::<Str>()?;
        let name = name.as_ascii()?;
        (self.positional_only..self.names.len()).find(|at| self.names[*at] == name)
    }

    /// The keyword arguments that name no parameter.
    pub fn extra_keywords<'a>(&'static self, args: Args<'a>) -> Keywords<'a> {
        Keywords { args, parameters: self }
    }
}
