//! The views of dicts: `keys()`, `values()`, `items()`. Those of keys and of items are sets.

use ungil_macros::{class, methods};
use ungil_text::TextBuf;

use super::iterator::{
    DictItemIterator, DictKeyIterator, DictReverseItemIterator, DictReverseKeyIterator,
    DictReverseValueIterator, DictValueIterator,
};
use super::{Dict, MappingProxy};
use crate::error::Result;
use crate::fields::Fixed;
use crate::object::{Obj, Object};
use crate::protocol::compare::{self, Comparison};
use crate::protocol::{convert, iterate, subscript, text};
use crate::thread::Thread;
use crate::trace::{Trace, Tracer};
use crate::types::set::{Elements, Set};
use crate::types::text::Str;
use crate::types::tuple::Tuple;
use crate::value::{Ref, Value};

/// The elements of a dict or of a view of one, as they are at one moment; nothing for other values.
pub fn elements(t: &Thread, iterable: Ref<'_>) -> Option<Vec<Value>> {
    let entries = |dict: Ref<'_>| dict.downcast::<Dict>().map(|dict| dict.items(t).into_iter());
    if iterable.downcast_exact::<Dict>(t).is_some() {
        return Some(entries(iterable)?.map(|(key, _)| key).collect());
    }
    if let Some(keys) = iterable.downcast_exact::<DictKeys>(t) {
        return Some(entries(keys.dict.get())?.map(|(key, _)| key).collect());
    }
    if let Some(values) = iterable.downcast_exact::<DictValues>(t) {
        return Some(entries(values.dict.get())?.map(|(_, value)| value).collect());
    }
    let items = iterable.downcast_exact::<DictItems>(t)?;
    let pair = |(key, value)| Tuple::from_values(t, [key, value]).into_value();
    Some(entries(items.dict.get())?.map(pair).collect())
}

/// Declares the payload of a view, its class without set operations, and its iterators.
macro_rules! view {
    ($view:ident = $name:tt, $iterator:ident, $reverse:ident, members = $members:tt) => {
        /// The payload of a view.
        pub struct $view {
            dict: Fixed,
        }

        crate::payload!($view, collected);

        impl Trace for $view {
            fn trace(&self, tracer: &mut Tracer<'_>) {
                self.dict.trace(tracer);
            }
        }

        impl $view {
            pub fn new(t: &Thread, dict: &Object<Dict>) -> Obj<$view> {
                t.alloc($view { dict: Fixed::new(dict.to_value()) })
            }

            fn len(&self) -> usize {
                self.dict.get().downcast::<Dict>().map_or(0, |dict| dict.len())
            }
        }

        #[class(name = $name, no_new, final, members = $members)]
        impl $view {
            #[method]
            fn __len__(this: &Object<$view>) -> usize {
                this.len()
            }

            #[method]
            fn __iter__(t: &mut Thread, this: &Object<$view>) -> Obj<$iterator> {
                $iterator::new(t, this.dict.get())
            }

            /// Return a reverse iterator over the view.
            #[method]
            fn __reversed__(t: &mut Thread, this: &Object<$view>) -> Obj<$reverse> {
                $reverse::new(t, this.dict.get())
            }

            /// dictionary that this view refers to
            #[getter]
            fn mapping(t: &mut Thread, this: &Object<$view>) -> Obj<MappingProxy> {
                MappingProxy::new(t, this.dict.get().to_value())
            }

            #[method]
            fn __repr__(t: &mut Thread, this: &Object<$view>) -> Result<Obj<Str>> {
                repr(t, this.borrow(), $name)
            }
        }
    };
}

view!(DictKeys = "dict_keys", DictKeyIterator, DictReverseKeyIterator, members = [SET, COMPARISONS, KEYS]);
view!(DictValues = "dict_values", DictValueIterator, DictReverseValueIterator, members = []);
view!(
    DictItems = "dict_items",
    DictItemIterator,
    DictReverseItemIterator,
    members = [SET, COMPARISONS, ITEMS]
);

fn repr(t: &mut Thread, view: Ref<'_>, name: &str) -> Result<Obj<Str>> {
    let shown = t.represent(view, |t| {
        let items = iterate::collect(t, view)?;
        let mut out = TextBuf::from(name);
        out.push_str("([");
        for (at, item) in items.iter().enumerate() {
            out.push_str(if at > 0 { ", " } else { "" });
            let item = text::repr(t, item.borrow())?;
            out.push_text(item.text());
        }
        out.push_str("])");
        Ok(out)
    })?;
    Ok(shown.map_or_else(|| Str::from_str(t, "..."), |shown| Str::from_buf(t, &shown)))
}

#[methods(KEYS)]
impl DictKeys {
    #[method]
    fn __contains__(t: &mut Thread, this: &Object<DictKeys>, key: Ref<'_>) -> Result<bool> {
        let Some(dict) = this.dict.get().downcast::<Dict>() else { return Ok(false) };
        dict.contains(t, key)
    }
}

#[methods(ITEMS)]
impl DictItems {
    #[method]
    fn __contains__(t: &mut Thread, this: &Object<DictItems>, item: Ref<'_>) -> Result<bool> {
        let Some(dict) = this.dict.get().downcast::<Dict>() else { return Ok(false) };
        let Some([key, value]) = item.downcast::<Tuple>().map(|pair| pair.as_slice()) else {
            return Ok(false);
        };
        match dict.get(t, *key)? {
            Some(found) => compare::equal(t, found.borrow(), *value),
            None => Ok(false),
        }
    }
}

/// Declares the set operations of a view as `Self::SET` and `Self::COMPARISONS`.
macro_rules! set_operations {
    ($view:ident) => {
        crate::comparisons!($view, any compare_as_sets);

        #[methods(SET)]
        impl $view {
            #[method]
            fn __and__(t: &mut Thread, this: &Object<$view>, other: Ref<'_>) -> Result<Obj<Set>> {
                intersection(t, this.borrow(), other)
            }

            #[method]
            fn __rand__(t: &mut Thread, this: &Object<$view>, other: Ref<'_>) -> Result<Obj<Set>> {
                intersection(t, this.borrow(), other)
            }

            #[method]
            fn __or__(t: &mut Thread, this: &Object<$view>, other: Ref<'_>) -> Result<Obj<Set>> {
                union(t, this.borrow(), other)
            }

            #[method]
            fn __ror__(t: &mut Thread, this: &Object<$view>, other: Ref<'_>) -> Result<Obj<Set>> {
                union(t, other, this.borrow())
            }

            #[method]
            fn __sub__(t: &mut Thread, this: &Object<$view>, other: Ref<'_>) -> Result<Obj<Set>> {
                difference(t, this.borrow(), other)
            }

            #[method]
            fn __rsub__(t: &mut Thread, this: &Object<$view>, other: Ref<'_>) -> Result<Obj<Set>> {
                difference(t, other, this.borrow())
            }

            #[method]
            fn __xor__(t: &mut Thread, this: &Object<$view>, other: Ref<'_>) -> Result<Obj<Set>> {
                symmetric_difference(t, this.borrow(), other)
            }

            #[method]
            fn __rxor__(t: &mut Thread, this: &Object<$view>, other: Ref<'_>) -> Result<Obj<Set>> {
                symmetric_difference(t, other, this.borrow())
            }

            /// Return True if the view and the given iterable have a null intersection.
            #[method]
            fn isdisjoint(t: &mut Thread, this: &Object<$view>, other: Ref<'_>) -> Result<bool> {
                for item in iterate::collect(t, other)? {
                    if subscript::contains(t, this.borrow(), item.borrow())? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
        }
    };
}

set_operations!(DictKeys);
set_operations!(DictItems);

fn intersection(t: &mut Thread, view: Ref<'_>, other: Ref<'_>) -> Result<Obj<Set>> {
    let result = Set::new(t);
    for item in iterate::collect(t, other)? {
        if subscript::contains(t, view, item.borrow())? {
            result.elements().add(t, item)?;
        }
    }
    Ok(result)
}

fn union(t: &mut Thread, first: Ref<'_>, second: Ref<'_>) -> Result<Obj<Set>> {
    let result = Set::new(t);
    result.elements().update(t, first)?;
    result.elements().update(t, second)?;
    Ok(result)
}

fn difference(t: &mut Thread, first: Ref<'_>, second: Ref<'_>) -> Result<Obj<Set>> {
    let result = Set::new(t);
    result.elements().update(t, first)?;
    result.elements().remove_all(t, second)?;
    Ok(result)
}

fn symmetric_difference(t: &mut Thread, first: Ref<'_>, second: Ref<'_>) -> Result<Obj<Set>> {
    let result = Set::new(t);
    result.elements().update(t, first)?;
    result.elements().toggle_all(t, second)?;
    Ok(result)
}

/// Compares a view with a set or another view by inclusion.
fn compare_as_sets(
    t: &mut Thread,
    view: impl AsView,
    other: Ref<'_>,
    comparison: Comparison,
) -> Result<Value> {
    let view = view.as_view();
    let is_set = Elements::of(other).is_some()
        || other.downcast::<DictKeys>().is_some()
        || other.downcast::<DictItems>().is_some();
    if !is_set {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let (mine, others) = (convert::length(t, view)?, convert::length(t, other)?);
    let answer = match comparison {
        Comparison::Equal => mine == others && all_in(t, view, other)?,
        Comparison::NotEqual => mine != others || !all_in(t, view, other)?,
        Comparison::Less => mine < others && all_in(t, view, other)?,
        Comparison::LessEqual => mine <= others && all_in(t, view, other)?,
        Comparison::Greater => mine > others && all_in(t, other, view)?,
        Comparison::GreaterEqual => mine >= others && all_in(t, other, view)?,
    };
    Ok(Value::from_bool(answer))
}

fn all_in(t: &mut Thread, items: Ref<'_>, container: Ref<'_>) -> Result<bool> {
    for item in iterate::collect(t, items)? {
        if !subscript::contains(t, container, item.borrow())? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// A view as a plain borrow, whichever it is.
trait AsView {
    fn as_view(&self) -> Ref<'_>;
}

impl<T> AsView for &Object<T> {
    fn as_view(&self) -> Ref<'_> {
        self.borrow()
    }
}
