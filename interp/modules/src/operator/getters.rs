//! `attrgetter`, `itemgetter`, `methodcaller`.

use ungil_macros::class;
use ungil_objects::call::Args;
use ungil_objects::class::Class;
use ungil_objects::fields::Fixed;
use ungil_objects::object::{Obj, Object};
use ungil_objects::protocol::text::{name_of, repr};
use ungil_objects::protocol::{attribute, call, subscript};
use ungil_objects::types::text::Str;
use ungil_objects::types::tuple::Tuple;
use ungil_objects::{Ref, Result, Thread, Value, raise};

use crate::payload::payload_struct;

/// The reprs of values, with commas between.
fn shown<'a>(t: &mut Thread, values: impl IntoIterator<Item = Ref<'a>>) -> Result<String> {
    let mut shown = Vec::new();
    for value in values {
        shown.push(repr(t, value)?.to_string());
    }
    Ok(shown.join(", "))
}

/// `repr` as `class(arguments)`.
fn call_shown(t: &Thread, this: Ref<'_>, arguments: &str) -> String {
    format!("{}({arguments})", this.class(t).full_name(t))
}

/// What every item of an answer goes through: one by itself, several as a tuple.
fn answer<T>(
    t: &mut Thread,
    wanted: &[T],
    mut get: impl FnMut(&mut Thread, &T) -> Result<Value>,
) -> Result<Value> {
    if let [only] = wanted {
        return get(t, only);
    }
    let mut values = Vec::with_capacity(wanted.len());
    for each in wanted {
        values.push(get(t, each)?);
    }
    Ok(Tuple::from_values(t, values).into_value())
}

payload_struct! {
    /// The payload of `itemgetter`.
    ItemGetter { keys: Vec<Fixed> }
}

/// A function that subscripts its argument with fixed keys.
///
/// It answers the item for one key, and a tuple of items for several.
#[class(name = "itemgetter", module = "operator")]
impl ItemGetter {
    #[new]
    fn new(t: &mut Thread, class: &Object<Class>, items: &[Ref<'_>]) -> Result<Value> {
        if items.is_empty() {
            raise!(t, TypeError, "itemgetter expected 1 argument, got 0");
        }
        let keys = items.iter().map(|item| Fixed::new(item.to_value())).collect();
        Ok(t.alloc_with_shape(class.root_shape(), ItemGetter { keys }).into_value())
    }

    #[method]
    fn __call__(t: &mut Thread, this: &Object<ItemGetter>, args: Args<'_>) -> Result<Value> {
        let operand = operand(t, args, "itemgetter")?;
        answer(t, &this.keys, |t, key| subscript::get(t, operand, key.get()))
    }

    #[method]
    fn __repr__(t: &mut Thread, this: &Object<ItemGetter>) -> Result<String> {
        let keys = shown(t, this.keys.iter().map(Fixed::get))?;
        Ok(call_shown(t, this.borrow(), &keys))
    }

    #[method]
    fn __reduce__(t: &mut Thread, this: &Object<ItemGetter>) -> Obj<Tuple> {
        let keys = Tuple::from_values(t, this.keys.iter().map(|key| key.get().to_value())).into_value();
        Tuple::from_values(t, [this.borrow().class(t).to_value(), keys])
    }
}

/// The only argument of a call.
fn operand<'a>(t: &Thread, args: Args<'a>, name: &str) -> Result<Ref<'a>> {
    if args.keyword_count() > 0 {
        raise!(t, TypeError, "{name}() takes no keyword arguments");
    }
    match args.values() {
        [operand] => Ok(*operand),
        values => raise!(t, TypeError, "{name} expected 1 argument, got {}", values.len()),
    }
}

payload_struct! {
    /// The payload of `attrgetter`.
    AttributeGetter {
        /// Each a path of names, interned.
        paths: Vec<Vec<Fixed>>,
    }
}

/// A function that reads fixed attributes of its argument; dots in a name lead to attributes of attributes.
///
/// It answers the value for one name, and a tuple of values for several.
#[class(name = "attrgetter", module = "operator")]
impl AttributeGetter {
    #[new]
    fn new(t: &mut Thread, class: &Object<Class>, attrs: &[Ref<'_>]) -> Result<Value> {
        if attrs.is_empty() {
            raise!(t, TypeError, "attrgetter expected 1 argument, got 0");
        }
        let mut paths = Vec::with_capacity(attrs.len());
        for attribute in attrs {
            let Some(path) = attribute.downcast::<Str>() else {
                raise!(t, TypeError, "attribute name must be a string");
            };
            let path = path.to_string();
            let names = path.split('.').map(|name| Fixed::new(t.interpreter().intern(t, name).to_value()));
            paths.push(names.collect());
        }
        Ok(t.alloc_with_shape(class.root_shape(), AttributeGetter { paths }).into_value())
    }

    #[method]
    fn __call__(t: &mut Thread, this: &Object<AttributeGetter>, args: Args<'_>) -> Result<Value> {
        let operand = operand(t, args, "attrgetter")?;
        answer(t, &this.paths, |t, path| {
            let mut value = operand.to_value();
            for name in path {
                value = attribute::get(t, value.borrow(), name.get())?;
            }
            Ok(value)
        })
    }

    #[method]
    fn __repr__(t: &mut Thread, this: &Object<AttributeGetter>) -> Result<String> {
        let paths = this.path_values(t);
        let paths = shown(t, paths.iter().map(Value::borrow))?;
        Ok(call_shown(t, this.borrow(), &paths))
    }

    #[method]
    fn __reduce__(t: &mut Thread, this: &Object<AttributeGetter>) -> Obj<Tuple> {
        let paths = Tuple::from_values(t, this.path_values(t)).into_value();
        Tuple::from_values(t, [this.borrow().class(t).to_value(), paths])
    }

    /// The paths as they were given.
    fn path_values(&self, t: &Thread) -> Vec<Value> {
        let joined = |path: &Vec<Fixed>| {
            let names: Vec<String> = path.iter().map(|name| name_of(name.get())).collect();
            Str::from_str(t, &names.join(".")).into_value()
        };
        self.paths.iter().map(joined).collect()
    }
}

payload_struct! {
    /// The payload of `methodcaller`.
    MethodCaller {
        name: Fixed,
        /// Positional arguments, then the values of keywords.
        values: Fixed,
        keywords: Option<Fixed>,
    }
}

/// A function that calls a method of its argument, always the same with the same arguments.
///
/// The first argument is the method's name; the method gets the rest.
#[class(name = "methodcaller", module = "operator")]
impl MethodCaller {
    #[new]
    fn new(t: &mut Thread, class: &Object<Class>, args: Args<'_>) -> Result<Value> {
        let Some(name) = args.positional().first() else {
            raise!(t, TypeError, "methodcaller needs at least one argument, the method name");
        };
        if name.downcast::<Str>().is_none() {
            raise!(t, TypeError, "method name must be a string");
        }
        let name = Fixed::new(t.interpreter().intern_value(t, *name).to_value());
        let values = Tuple::from_values(t, args.rest().values().iter().map(|value| value.to_value()));
        let keywords = args.names().map(|names| Fixed::new(names.to_value()));
        let made = MethodCaller { name, values: Fixed::new(values.into_value()), keywords };
        Ok(t.alloc_with_shape(class.root_shape(), made).into_value())
    }

    #[method]
    fn __call__(t: &mut Thread, this: &Object<MethodCaller>, args: Args<'_>) -> Result<Value> {
        let operand = operand(t, args, "methodcaller")?;
        let method = attribute::get(t, operand, this.name.get())?;
        call::call_args(t, method.borrow(), this.args())
    }

    #[method]
    fn __repr__(t: &mut Thread, this: &Object<MethodCaller>) -> Result<String> {
        let mut parts = vec![repr(t, this.name.get())?.to_string()];
        for value in this.args().positional() {
            parts.push(repr(t, *value)?.to_string());
        }
        for (name, value) in this.args().keywords() {
            let value = repr(t, value)?;
            parts.push(format!("{}={}", name_of(name), **value));
        }
        Ok(call_shown(t, this.borrow(), &parts.join(", ")))
    }

    #[method]
    fn __reduce__(t: &mut Thread, this: &Object<MethodCaller>) -> Result<Value> {
        let class = this.borrow().class(t).to_value();
        let args = this.args();
        let positional: Vec<Value> = args.positional().iter().map(|value| value.to_value()).collect();
        if args.keyword_count() == 0 {
            let arguments = [this.name.get().to_value()].into_iter().chain(positional);
            let arguments = Tuple::from_values(t, arguments).into_value();
            return Ok(Tuple::from_values(t, [class, arguments]).into_value());
        }
        let functools = t.import("functools")?;
        let partial = t.interpreter().intern(t, "partial");
        let partial = attribute::get(t, functools.borrow(), partial)?;
        let mut values = vec![class.borrow(), this.name.get()];
        values.extend(args.keywords().map(|(_, value)| value));
        let names = this.keywords.as_ref().and_then(|names| names.as_value().downcast_ref::<Tuple>());
        let constructor = call::call_args(t, partial.borrow(), Args::new(&values, names))?;
        let positional = Tuple::from_values(t, positional).into_value();
        Ok(Tuple::from_values(t, [constructor, positional]).into_value())
    }

    /// What the method is called with.
    fn args(&self) -> Args<'_> {
        let values = self.values.as_value().downcast_ref::<Tuple>();
        let names = self.keywords.as_ref().and_then(|names| names.as_value().downcast_ref::<Tuple>());
        Args::new(values.map_or(&[], |values| values.payload().as_slice()), names)
    }
}
