//! `partial`: a function with arguments filled in ahead. `Placeholder` among them leaves a place for a call's argument.

use std::sync::atomic::{AtomicUsize, Ordering};

use ungil_macros::class;
use ungil_objects::attributes;
use ungil_objects::call::Args;
use ungil_objects::class::Class;
use ungil_objects::fields::Slot;
use ungil_objects::object::{Obj, Object};
use ungil_objects::protocol::text::{name_of, repr};
use ungil_objects::protocol::{call, iterate};
use ungil_objects::trace::{Trace, Tracer};
use ungil_objects::types::bound::BoundMethod;
use ungil_objects::types::dict::Dict;
use ungil_objects::types::generic_alias::GenericAlias;
use ungil_objects::types::tuple::Tuple;
use ungil_objects::{Ref, Result, Thread, Value, raise};

use crate::payload::payload_struct;

/// The payload of `Placeholder`.
pub struct PlaceholderType;

ungil_objects::payload!(PlaceholderType, plain);

impl Trace for PlaceholderType {
    fn trace(&self, _: &mut Tracer<'_>) {}
}

/// The interpreter's reference to `Placeholder`.
const PLACEHOLDER_ROOT: &str = "functools.Placeholder";

/// `Placeholder`, of which there is one.
pub(super) fn placeholder(t: &Thread) -> Value {
    if let Some(placeholder) = t.interpreter().root(t, PLACEHOLDER_ROOT) {
        return placeholder;
    }
    let placeholder = t.alloc(PlaceholderType).into_value();
    t.interpreter().set_root(t, PLACEHOLDER_ROOT, placeholder.clone());
    placeholder
}

fn is_placeholder(value: Ref<'_>) -> bool {
    value.downcast::<PlaceholderType>().is_some()
}

/// The class of `Placeholder`, which keeps a place free among the arguments of `partial`: the call fills it.
#[class(name = "_PlaceholderType", module = "functools", final)]
impl PlaceholderType {
    #[new]
    fn new(t: &mut Thread, _class: &Object<Class>) -> Value {
        placeholder(t)
    }

    #[method]
    fn __repr__(_this: Ref<'_>) -> &'static str {
        "Placeholder"
    }

    #[method]
    fn __reduce__(_this: Ref<'_>) -> &'static str {
        "Placeholder"
    }
}

payload_struct! {
    /// The payload of partial functions. `__setstate__` may change all of it.
    Partial {
        function: Slot,
        /// A tuple.
        arguments: Slot,
        /// A dict.
        keywords: Slot,
        /// How many of the arguments are placeholders.
        places: AtomicUsize,
    }
}

/// The parts of a partial function at one moment.
struct Parts {
    function: Value,
    arguments: Obj<Tuple>,
    keywords: Obj<Dict>,
}

impl Partial {
    fn parts(t: &Thread, this: &Object<Partial>) -> Parts {
        let header = this.header();
        let arguments = this.arguments.get(t, header).and_then(|arguments| arguments.downcast().ok());
        let keywords = this.keywords.get(t, header).and_then(|keywords| keywords.downcast().ok());
        Parts {
            function: this.function.get(t, header).unwrap_or(Value::NONE),
            arguments: arguments.unwrap_or_else(|| Tuple::from_values(t, [])),
            keywords: keywords.unwrap_or_else(|| Dict::new(t)),
        }
    }
}

fn count_places<'a>(arguments: impl IntoIterator<Item = Ref<'a>>) -> usize {
    arguments.into_iter().filter(|argument| is_placeholder(*argument)).count()
}

/// Puts arguments into the places, and the rest behind.
fn fill(arguments: &Tuple, given: &[Ref<'_>]) -> Vec<Value> {
    let mut given = given.iter();
    let mut filled: Vec<Value> = Vec::with_capacity(arguments.len() + given.len());
    for argument in arguments.items() {
        let place = if is_placeholder(argument) { given.next() } else { None };
        filled.push(place.copied().unwrap_or(argument).to_value());
    }
    filled.extend(given.map(|argument| argument.to_value()));
    filled
}

fn is_callable(t: &Thread, value: Ref<'_>) -> bool {
    value.shape(t).special().call.is_some()
}

/// A callable that calls another one with arguments given here, before those of the call itself.
#[class(name = "partial", module = "functools", attributes, members = [STATE])]
impl Partial {
    #[new]
    fn new(t: &mut Thread, class: &Object<Class>, args: Args<'_>) -> Result<Value> {
        let Some(function) = args.positional().first().copied() else {
            raise!(t, TypeError, "type 'partial' takes at least one argument");
        };
        if !is_callable(t, function) {
            raise!(t, TypeError, "the first argument must be callable");
        }
        let args = args.rest();
        if args.positional().last().is_some_and(|last| is_placeholder(*last)) {
            raise!(t, TypeError, "trailing Placeholders are not allowed");
        }
        let keywords = Dict::new(t);
        let inner =
            function.downcast_exact::<Partial>(t).filter(|_| attributes::to_vec(t, function).is_empty());
        let (function, arguments) = match inner {
            Some(inner) => {
                let parts = Partial::parts(t, inner);
                for (name, value) in parts.keywords.items(t) {
                    keywords.set(t, name.borrow(), value)?;
                }
                (parts.function, fill(&parts.arguments, args.positional()))
            }
            None => (function.to_value(), args.positional().iter().map(|value| value.to_value()).collect()),
        };
        for (name, value) in args.keywords() {
            if is_placeholder(value) {
                raise!(t, TypeError, "Placeholder cannot be passed as a keyword argument");
            }
            keywords.set(t, name, value.to_value())?;
        }
        let places = count_places(arguments.iter().map(Value::borrow));
        let arguments = Tuple::from_values(t, arguments).into_value();
        let made = Partial {
            function: Slot::new(Some(function)),
            arguments: Slot::new(Some(arguments)),
            keywords: Slot::new(Some(keywords.into_value())),
            places: AtomicUsize::new(places),
        };
        Ok(t.alloc_with_shape(class.root_shape(), made).into_value())
    }

    #[method]
    fn __call__(t: &mut Thread, this: &Object<Partial>, args: Args<'_>) -> Result<Value> {
        let Parts { function, arguments, keywords } = Partial::parts(t, this);
        let places = this.places.load(Ordering::Relaxed);
        let given = args.positional();
        if given.len() < places {
            raise!(
                t,
                TypeError,
                "missing positional arguments in 'partial' call; expected at least {places}, got {}",
                given.len()
            );
        }
        let mut given = given.iter().copied();
        let mut values: Vec<Ref<'_>> = Vec::with_capacity(arguments.len() + args.values().len());
        for argument in arguments.items() {
            let place = if places > 0 && is_placeholder(argument) { given.next() } else { None };
            values.push(place.unwrap_or(argument));
        }
        values.extend(given);
        if keywords.is_empty() {
            values.extend(args.keywords().map(|(_, value)| value));
            return call::call_args(t, function.borrow(), Args::new(&values, args.names()));
        }
        let merged = Dict::new(t);
        for (name, value) in keywords.items(t) {
            merged.set(t, name.borrow(), value)?;
        }
        for (name, value) in args.keywords() {
            merged.set(t, name, value.to_value())?;
        }
        let (names, of_names): (Vec<Value>, Vec<Value>) = merged.items(t).into_iter().unzip();
        let names = Tuple::from_values(t, names);
        values.extend(of_names.iter().map(Value::borrow));
        call::call_args(t, function.borrow(), Args::new(&values, Some(&names)))
    }

    #[method(signature = "(instance, owner=None, /)")]
    fn __get__(t: &mut Thread, this: &Object<Partial>, instance: Ref<'_>, _owner: Option<Ref<'_>>) -> Value {
        if instance.is_none() {
            return this.to_value();
        }
        BoundMethod::new(t, this.to_value(), instance.to_value()).into_value()
    }

    #[method]
    fn __repr__(t: &mut Thread, this: &Object<Partial>) -> Result<String> {
        let name = this.borrow().class(t).full_name(t);
        let shown = t.represent(this.borrow(), |t| {
            let Parts { function, arguments, keywords } = Partial::parts(t, this);
            let mut shown = repr(t, function.borrow())?.to_string();
            for argument in arguments.items() {
                shown += &format!(", {}", **repr(t, argument)?);
            }
            for (name, value) in keywords.items(t) {
                shown += &format!(", {}={}", name_of(name.borrow()), **repr(t, value.borrow())?);
            }
            Ok(shown)
        })?;
        Ok(format!("{name}({})", shown.unwrap_or_else(|| "...".to_owned())))
    }

    #[classmethod]
    fn __class_getitem__(t: &mut Thread, class: &Object<Class>, item: Ref<'_>) -> Value {
        GenericAlias::of_class(t, class, item)
    }
}

#[ungil_macros::methods(STATE)]
impl Partial {
    /// What is called.
    #[getter]
    fn func(t: &mut Thread, this: &Object<Partial>) -> Value {
        Partial::parts(t, this).function
    }

    /// The positional arguments that were given ahead, placeholders included.
    #[getter]
    fn args(t: &mut Thread, this: &Object<Partial>) -> Obj<Tuple> {
        Partial::parts(t, this).arguments
    }

    /// The keyword arguments that were given ahead.
    #[getter]
    fn keywords(t: &mut Thread, this: &Object<Partial>) -> Obj<Dict> {
        Partial::parts(t, this).keywords
    }

    #[method]
    fn __reduce__(t: &mut Thread, this: &Object<Partial>) -> Result<Value> {
        let Parts { function, arguments, keywords } = Partial::parts(t, this);
        let own = attributes::to_vec(t, this.borrow());
        let own = match own.is_empty() {
            true => Value::NONE,
            false => {
                let dict = Dict::new(t);
                for (name, value) in own {
                    dict.set(t, name.borrow(), value)?;
                }
                dict.into_value()
            }
        };
        let class = this.borrow().class(t).to_value();
        let constructor = Tuple::from_values(t, [function.clone()]).into_value();
        let state = [function, arguments.into_value(), keywords.into_value(), own];
        let state = Tuple::from_values(t, state).into_value();
        Ok(Tuple::from_values(t, [class, constructor, state]).into_value())
    }

    #[method]
    fn __setstate__(t: &mut Thread, this: &Object<Partial>, state: Ref<'_>) -> Result<()> {
        let parts = state.downcast::<Tuple>().map(|state| state.payload().as_slice());
        let Some([function, arguments, keywords, own]) = parts else {
            raise!(t, TypeError, "invalid partial state");
        };
        let is_mapping = keywords.is_none() || keywords.downcast::<Dict>().is_some();
        if !is_callable(t, *function) || arguments.downcast::<Tuple>().is_none() || !is_mapping {
            raise!(t, TypeError, "invalid partial state");
        }
        let arguments = iterate::collect(t, *arguments)?;
        if arguments.last().is_some_and(|last| is_placeholder(last.borrow())) {
            raise!(t, TypeError, "trailing Placeholders are not allowed");
        }
        let places = count_places(arguments.iter().map(Value::borrow));
        let copied = Dict::new(t);
        for (name, value) in keywords.downcast::<Dict>().map(|dict| dict.items(t)).unwrap_or_default() {
            copied.set(t, name.borrow(), value)?;
        }
        let header = this.header();
        this.function.set(t, header, function.to_value());
        this.arguments.set(t, header, Tuple::from_values(t, arguments).into_value());
        this.keywords.set(t, header, copied.into_value());
        this.places.store(places, Ordering::Relaxed);
        for (name, value) in own.downcast::<Dict>().map(|dict| dict.items(t)).unwrap_or_default() {
            drop(attributes::set(t, this.borrow(), name.borrow(), value)?);
        }
        Ok(())
    }
}
