//! Tuples whose items have names, as the system's records are: `time.struct_time`, `sys.version_info`, `os.stat_result`.
//!
//! A class is described by a static [`StructSequence`]; its instances are tuples of the visible fields. Fields beyond
//! those, which are no items, are attributes of the instance and `None` until set.

use crate::attributes;
use crate::call::{Args, Binding, Convention, Fn1, NativeDef, PropertyDef};
use crate::class::{Class, ClassDef, ClassFlags, make_class};
use crate::error::Result;
use crate::layout::Payload;
use crate::object::{Obj, Object};
use crate::protocol::{iterate, text};
use crate::raise;
use crate::thread::Thread;
use crate::types::dict::Dict;
use crate::types::native::Property;
use crate::types::text::Str;
use crate::types::tuple::Tuple;
use crate::value::{Ref, Value};

/// The description of a class, made by [`struct_sequence!`](crate::struct_sequence).
pub struct StructSequence {
    pub definition: ClassDef,
    /// Names of fields that are attributes only.
    pub hidden: &'static [&'static str],
    /// Whether Python code can make instances.
    pub constructible: bool,
}

/// Describes a class: `struct_sequence!(TIME, "time", "struct_time", "doc", { "tm_year": "year", … }, hidden: ["tm_zone"])`.
#[macro_export]
macro_rules! struct_sequence {
    ($static:ident, $module:literal, $name:literal, $doc:literal,
     { $($field:literal: $field_doc:literal),* $(,)? }, hidden: [$($hidden:literal),*], constructible: $constructible:literal) => {
        pub(crate) static $static: $crate::types::struct_sequence::StructSequence = {
            const FIELDS: &[(&str, &str)] = &[$(($field, $field_doc)),*];
            static PROPERTIES: [$crate::call::PropertyDef; FIELDS.len()] =
                $crate::types::struct_sequence::properties(FIELDS);
            $crate::types::struct_sequence::describe($module, $name, $doc, &PROPERTIES, &[$($hidden),*], $constructible)
        };
    };
}

/// Item `N` of a tuple, as the getter of its field.
fn field<const N: usize>(t: &mut Thread, this: Ref<'_>) -> Result<Value> {
    match this.downcast::<Tuple>().and_then(|tuple| tuple.get(N)) {
        Some(item) => Ok(item.to_value()),
        None => raise!(t, TypeError, "descriptor doesn't apply to a '{}' object", this.class(t).name(t)),
    }
}

macro_rules! getters {
    ($($index:literal)*) => {
        /// The getters of fields, by position.
        const GETTERS: &[Fn1] = &[$(field::<$index>),*];
    };
}

getters! { 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 }

/// The computed attributes of fields with these names and documentations.
#[doc(hidden)]
pub const fn properties<const N: usize>(fields: &[(&'static str, &'static str)]) -> [PropertyDef; N] {
    let mut properties = [PropertyDef { name: "", doc: "", get: GETTERS[0], set: None }; N];
    let mut at = 0;
    while at < N {
        let (name, doc) = fields[at];
        properties[at] = PropertyDef { name, doc, get: GETTERS[at], set: None };
        at += 1;
    }
    properties
}

static METHODS: [NativeDef; 3] = [
    NativeDef {
        name: "__repr__",
        signature: "($self, /)",
        doc: "Text that shows the fields with their names.",
        convention: Convention::One(repr),
        binding: Binding::Method,
    },
    NativeDef {
        name: "__reduce__",
        signature: "($self, /)",
        doc: "",
        convention: Convention::One(reduce),
        binding: Binding::Method,
    },
    NativeDef {
        name: "__new__",
        signature: "($type, /, sequence, dict={})",
        doc: "Make a record from a sequence of its fields.",
        convention: Convention::Args(new),
        binding: Binding::StaticMethod,
    },
];

#[doc(hidden)]
pub const fn describe(
    module: &'static str,
    name: &'static str,
    doc: &'static str,
    properties: &'static [PropertyDef],
    hidden: &'static [&'static str],
    constructible: bool,
) -> StructSequence {
    let flags =
        if constructible { ClassFlags::SEQUENCE } else { ClassFlags::SEQUENCE.with(ClassFlags::NO_NEW) };
    StructSequence {
        definition: ClassDef {
            name,
            module,
            doc,
            base: Some(Tuple::layout),
            flags,
            has_attributes: !hidden.is_empty(),
            methods: &METHODS,
            properties,
            ..ClassDef::EMPTY
        },
        hidden,
        constructible,
    }
}

impl StructSequence {
    /// Makes the class.
    pub fn make(&'static self, t: &mut Thread) -> Result<Obj<Class>> {
        let base = t.shape_of::<Tuple>().class();
        let class = make_class(t, Tuple::layout(), &self.definition, &[base])?;
        let visible = self.definition.properties.len();
        let counts = [
            ("n_sequence_fields", visible),
            ("n_fields", visible + self.hidden.len()),
            ("n_unnamed_fields", 0),
        ];
        for (name, count) in counts {
            set_on(t, &class, name, Value::from_i32(count as i32))?;
        }
        for hidden in self.hidden {
            set_on(t, &class, hidden, Value::NONE)?;
        }
        let names: Vec<Value> = self
            .definition
            .properties
            .iter()
            .map(|field| t.interpreter().intern(t, field.name).to_value())
            .collect();
        let names = Tuple::from_values(t, names).into_value();
        set_on(t, &class, "__match_args__", names)?;
        Ok(class)
    }
}

fn set_on(t: &mut Thread, class: &Object<Class>, name: &str, value: Value) -> Result<()> {
    let name = t.interpreter().intern(t, name);
    class.set_own_attribute(t, name, Some(value)).map(drop)
}

/// An instance with these visible fields.
pub fn instantiate(t: &Thread, class: &Object<Class>, fields: Vec<Value>) -> Obj<Tuple> {
    Tuple::with_shape(t, class.root_shape(), fields)
}

/// Sets a hidden field.
pub fn set_hidden(t: &mut Thread, instance: &Object<Tuple>, name: &str, value: Value) -> Result<()> {
    let name = t.interpreter().intern(t, name);
    attributes::set(t, instance.borrow(), name, value).map(drop)
}

/// A count or name that the class keeps.
fn count(t: &Thread, class: &Object<Class>, name: &str) -> usize {
    let name = t.interpreter().intern(t, name);
    class.lookup(t, name).and_then(|count| count.borrow().as_small_int()).unwrap_or(0) as usize
}

/// The names of fields in order.
fn names(t: &Thread, class: &Object<Class>) -> Vec<Value> {
    let entries = class.namespace().items(t);
    entries
        .into_iter()
        .filter(|(_, value)| value.downcast_ref::<Property>().is_some())
        .map(|(name, _)| name)
        .collect()
}

fn repr(t: &mut Thread, this: Ref<'_>) -> Result<Value> {
    let Some(tuple) = this.downcast::<Tuple>() else {
        raise!(t, TypeError, "descriptor '__repr__' doesn't apply to a '{}' object", this.class(t).name(t));
    };
    let class = this.class(t);
    let mut shown = ungil_text::TextBuf::new();
    shown.push_str(&class.full_name(t));
    shown.push_str("(");
    for (at, (name, item)) in names(t, class).into_iter().zip(tuple.items()).enumerate() {
        let item = text::repr(t, item)?;
        shown.push_str(if at == 0 { "" } else { ", " });
        shown.push_str(&text::name_of(name.borrow()));
        shown.push_str("=");
        shown.push_text(item.text());
    }
    shown.push_str(")");
    Ok(Str::from_buf(t, &shown).into_value())
}

fn reduce(t: &mut Thread, this: Ref<'_>) -> Result<Value> {
    let items = this.downcast::<Tuple>().map(|tuple| tuple.to_vec()).unwrap_or_default();
    let items = Tuple::from_values(t, items).into_value();
    let hidden = Dict::new(t);
    for (name, value) in attributes::to_vec(t, this) {
        hidden.set(t, name.borrow(), value)?;
    }
    let args = Tuple::from_values(t, [items, hidden.into_value()]).into_value();
    Ok(Tuple::from_values(t, [this.class(t).to_value(), args]).into_value())
}

fn new(t: &mut Thread, args: Args<'_>) -> Result<Value> {
    let (class, args) = match args.positional().split_first() {
        Some((class, rest)) if class.downcast::<Class>().is_some() => (*class, rest),
        _ => raise!(t, TypeError, "struct sequence.__new__(X): X is not a type object"),
    };
    let Some(class) = class.downcast::<Class>() else { return Ok(Value::NONE) };
    let name = class.full_name(t);
    let (sequence, hidden) = match args {
        [sequence] => (*sequence, None),
        [sequence, hidden] => (*sequence, Some(*hidden)),
        _ => raise!(t, TypeError, "{name}() missing required argument 'sequence' (pos 1)"),
    };
    let mut items = match iterate::collect(t, sequence) {
        Ok(items) => items,
        Err(raised) if raised.is(t, crate::error::Exc::TypeError) => {
            raise!(t, TypeError, "constructor requires a sequence")
        }
        Err(raised) => return Err(raised),
    };
    let (least, most) = (count(t, class, "n_sequence_fields"), count(t, class, "n_fields"));
    let given = items.len();
    if given < least || given > most {
        let how = match (least == most, given < least) {
            (true, _) => "a",
            (false, true) => "an at least",
            (false, false) => "an at most",
        };
        let wanted = if given < least { least } else { most };
        raise!(t, TypeError, "{name}() takes {how} {wanted}-sequence ({given}-sequence given)");
    }
    let extra = items.split_off(least);
    let made = instantiate(t, class, items);
    let hidden_names: Vec<Value> = class
        .namespace()
        .items(t)
        .into_iter()
        .filter(|(_, value)| value.is_none())
        .map(|(name, _)| name)
        .collect();
    for (name, value) in
        hidden_names.into_iter().filter(|name| text::name_of(name.borrow()) != "__doc__").zip(extra)
    {
        drop(attributes::set(t, made.borrow(), name.borrow(), value)?);
    }
    if let Some(hidden) = hidden.and_then(|hidden| hidden.downcast::<Dict>()) {
        for (name, value) in hidden.items(t) {
            drop(attributes::set(t, made.borrow(), name.borrow(), value)?);
        }
    }
    Ok(made.into_value())
}
