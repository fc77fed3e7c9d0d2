//! `collections.OrderedDict`: a dict whose order counts and can be changed.
//!
//! All dicts keep their order; this class has the layout of `dict` and adds the methods that speak of it.

use ungil_macros::methods;
use ungil_text::TextBuf;

use super::{Dict, merge, methods};
use crate::attributes;
use crate::call::Args;
use crate::class::{Class, ClassDef, ClassFlags, make_class};
use crate::error::{Raised, Result};
use crate::layout::Payload;
use crate::object::{Obj, Object};
use crate::protocol::{attribute, call, compare, hash, iterate, subscript};
use crate::raise;
use crate::thread::Thread;
use crate::types::text::Str;
use crate::types::tuple::Tuple;
use crate::value::{NONE, Ref, Value};

/// Makes the class `OrderedDict`.
///
/// # Errors
/// `MemoryError` at most.
pub fn ordered_dict_class(t: &mut Thread) -> Result<Obj<Class>> {
    static DEF: ClassDef = ClassDef {
        name: "OrderedDict",
        module: "collections",
        doc: "A dict whose keys have an order that can be rearranged.",
        flags: ClassFlags::BASE.with(ClassFlags::MAPPING),
        has_attributes: true,
        methods: Dict::ORDERED.methods,
        ..ClassDef::EMPTY
    };
    let base = t.shape_of::<Dict>().class();
    make_class(t, Dict::layout(), &DEF, &[base])
}

/// Whether the class stores items as `OrderedDict` does, so that entries can be stored without asking it.
fn stores_as_dict(t: &Thread, dict: &Object<Dict>) -> bool {
    let store = |special: &crate::class::SlotTable| {
        special.ternary(crate::class::Ternary::SetItem).map(|method| method as usize)
    };
    store(dict.shape().special()) == store(t.shape_of::<Dict>().special())
}

/// `MutableMapping.update`: through the class's own `__setitem__`.
fn update(t: &mut Thread, dict: &Object<Dict>, args: Args<'_>) -> Result<()> {
    if stores_as_dict(t, dict) {
        return merge::update_from_call(t, dict, "update", args);
    }
    let collected = Dict::new(t);
    merge::update_from_call(t, &collected, "update", args)?;
    for (key, value) in collected.items(t) {
        subscript::set(t, dict.borrow(), key.borrow(), value.borrow())?;
    }
    Ok(())
}

#[methods(ORDERED)]
impl Dict {
    #[method(name = "__init__")]
    fn init_ordered(t: &mut Thread, this: &Object<Dict>, args: Args<'_>) -> Result<()> {
        update(t, this, args)
    }

    #[method(name = "update")]
    fn update_ordered(t: &mut Thread, this: &Object<Dict>, args: Args<'_>) -> Result<()> {
        update(t, this, args)
    }

    /// Makes `key` the last one, or the first if `last` is false. A key that is not there raises `KeyError`.
    #[method(signature = "(key, last=True)")]
    fn move_to_end(t: &mut Thread, this: &Object<Dict>, key: Ref<'_>, last: bool) -> Result<()> {
        let hash = hash::hash(t, key)?;
        match this.table().move_to_end(t, this.header(), key, hash, last)? {
            true => Ok(()),
            false => Err(Raised::key_error(t, key)),
        }
    }

    /// Takes out the newest item, or the oldest if `last` is false, as a pair. `KeyError` if there is none.
    #[method(name = "popitem", signature = "(last=True)")]
    fn popitem_ordered(t: &mut Thread, this: &Object<Dict>, last: bool) -> Result<Obj<Tuple>> {
        let popped = match last {
            true => this.table().pop_last(t, this.header()),
            false => this.table().pop_first(t, this.header()),
        };
        match popped {
            Some((key, value)) => Ok(Tuple::from_values(t, [key, value])),
            None => raise!(t, KeyError, "dictionary is empty"),
        }
    }

    /// Takes out `key` and answers its value.
    ///
    /// A key that is not there gives `default`, else what `__missing__` answers, else `KeyError`.
    #[method(name = "pop", signature = "(key, default=None)")]
    fn pop_ordered(t: &mut Thread, this: &Object<Dict>, args: Args<'_>) -> Result<Value> {
        let default_name = |name: Ref<'_>| name.downcast::<Str>().is_some_and(|name| name.is_text("default"));
        let by_name = args.keywords().find(|(name, _)| default_name(*name)).map(|(_, value)| value);
        let [key, default] = Args::positional_only(args.positional()).unpack(t, "pop", 1)?;
        let Some(key) = key else { return Ok(Value::NONE) };
        match (this.remove(t, key)?, default.or(by_name)) {
            (Some(value), _) => Ok(value),
            (None, Some(default)) => Ok(default.to_value()),
            (None, None) => match call::call_special_if_any(t, t.names().__missing__, &[this.borrow(), key])?
            {
                Some(value) => Ok(value),
                None => Err(Raised::key_error(t, key)),
            },
        }
    }

    /// The value of `key`, which becomes `default` first if it has none.
    #[method(name = "setdefault", signature = "(key, default=None)")]
    fn setdefault_ordered(
        t: &mut Thread,
        this: &Object<Dict>,
        key: Ref<'_>,
        default: Option<Ref<'_>>,
    ) -> Result<Value> {
        let default = default.unwrap_or(NONE);
        if stores_as_dict(t, this) {
            let hash = hash::hash(t, key)?;
            return this.table().get_or_insert(t, this.header(), key.to_value(), hash, default.to_value());
        }
        if let Some(value) = this.get(t, key)? {
            return Ok(value);
        }
        subscript::set(t, this.borrow(), key, default)?;
        Ok(default.to_value())
    }

    /// A dict of the same class with the same items in the same order.
    #[method(name = "copy")]
    fn copy_ordered(t: &mut Thread, this: &Object<Dict>) -> Result<Value> {
        let class = this.borrow().class(t).to_value();
        call::call(t, class.borrow(), &[this.borrow()])
    }

    /// A dict with the items of `iterable` as keys, in their order, all with the same `value`.
    #[classmethod(name = "fromkeys", signature = "(iterable, value=None)")]
    fn fromkeys_ordered(
        t: &mut Thread,
        class: &Object<Class>,
        iterable: Ref<'_>,
        value: Option<Ref<'_>>,
    ) -> Result<Value> {
        merge::from_keys(t, class.borrow(), iterable, value.unwrap_or(NONE))
    }

    #[method(name = "__eq__")]
    fn eq_ordered(t: &mut Thread, this: &Object<Dict>, other: &Object<Dict>) -> Result<bool> {
        equal(t, this, other)
    }

    #[method(name = "__ne__")]
    fn ne_ordered(t: &mut Thread, this: &Object<Dict>, other: &Object<Dict>) -> Result<bool> {
        equal(t, this, other).map(|equal| !equal)
    }

    #[method(name = "__or__")]
    fn or_ordered(t: &mut Thread, this: &Object<Dict>, other: &Object<Dict>) -> Result<Value> {
        merged(t, this, this, other)
    }

    #[method(name = "__ror__")]
    fn reflected_or_ordered(t: &mut Thread, this: &Object<Dict>, other: &Object<Dict>) -> Result<Value> {
        merged(t, this, other, this)
    }

    #[method(name = "__ior__")]
    fn inplace_or_ordered(t: &mut Thread, this: &Object<Dict>, other: Ref<'_>) -> Result<Value> {
        update(t, this, Args::positional_only(&[other]))?;
        Ok(this.to_value())
    }

    #[method(name = "__repr__")]
    fn repr_ordered(t: &mut Thread, this: &Object<Dict>) -> Result<Obj<Str>> {
        let name = this.borrow().class(t).name(t);
        if this.is_empty() {
            return Ok(Str::from_str(t, &format!("{name}()")));
        }
        let Some(entries) = methods::repr_entries(t, this)? else { return Ok(Str::from_str(t, "...")) };
        let mut out = TextBuf::from(name.as_str());
        out.push_str("(");
        out.push_text(entries.as_text());
        out.push_str(")");
        Ok(Str::from_buf(t, &out))
    }

    #[method(name = "__reduce__")]
    fn reduce_ordered(t: &mut Thread, this: &Object<Dict>) -> Result<Value> {
        let attributes = attributes::to_vec(t, this.borrow());
        let state = match attributes.is_empty() {
            true => Value::NONE,
            false => attribute::get(t, this.borrow(), t.names().__dict__)?,
        };
        let items = call::call_method(t, this.borrow(), t.names().items, &[])?;
        let items = iterate::iter(t, items.borrow())?;
        let class = this.borrow().class(t).to_value();
        let args = Tuple::from_values(t, []).into_value();
        Ok(Tuple::from_values(t, [class, args, state, Value::NONE, items]).into_value())
    }
}

/// `first | second`, of the class of `like`.
fn merged(t: &mut Thread, like: &Object<Dict>, first: &Object<Dict>, second: &Object<Dict>) -> Result<Value> {
    let class = like.borrow().class(t).to_value();
    let merged = call::call(t, class.borrow(), &[first.borrow()])?;
    if let Some(merged) = merged.downcast_ref::<Dict>() {
        update(t, merged, Args::positional_only(&[second.borrow()]))?;
    }
    Ok(merged)
}

/// Two ordered dicts are equal if their orders are, too; with other dicts the order does not count.
fn equal(t: &mut Thread, this: &Object<Dict>, other: &Object<Dict>) -> Result<bool> {
    if !methods::equal(t, this, other)? {
        return Ok(false);
    }
    let reorders = t.interpreter().intern(t, "move_to_end");
    if other.borrow().class(t).lookup(t, reorders).is_none() {
        return Ok(true);
    }
    let (mine, others) = (this.items(t), other.items(t));
    for ((key, _), (other_key, _)) in mine.iter().zip(&others) {
        if !compare::equal(t, key.borrow(), other_key.borrow())? {
            return Ok(false);
        }
    }
    Ok(mine.len() == others.len())
}
