//! The methods and operators of sets and frozensets.

use ungil_macros::methods;
use ungil_text::TextBuf;

use super::{Elements, FrozenSet, Set, SetIterator};
use crate::attributes;
use crate::error::{Exc, Raised, Result};
use crate::object::{Obj, Object};
use crate::protocol::compare::Comparison;
use crate::protocol::{attribute, text};
use crate::thread::Thread;
use crate::types::list::List;
use crate::types::text::Str;
use crate::types::tuple::Tuple;
use crate::value::{Ref, Value};

/// A new set of the kind of `like`: operations on subclasses give plain sets.
fn make_like(t: &Thread, like: Ref<'_>, elements: Vec<(Value, i64)>) -> Value {
    match like.downcast::<FrozenSet>() {
        Some(_) => FrozenSet::from_distinct(t, elements).into_value(),
        None => Set::from_distinct(t, elements).into_value(),
    }
}

/// A set with the elements of `set`, for an operation that changes it before it becomes the result.
fn copy(t: &Thread, set: Elements<'_>) -> Obj<Set> {
    Set::from_distinct(t, set.to_vec(t))
}

fn union(t: &mut Thread, set: Elements<'_>, like: Ref<'_>, others: &[Ref<'_>]) -> Result<Value> {
    let result = copy(t, set);
    for other in others {
        result.elements().update(t, *other)?;
    }
    finished(t, result, like)
}

fn intersection(t: &mut Thread, set: Elements<'_>, like: Ref<'_>, others: &[Ref<'_>]) -> Result<Value> {
    let mut result = copy(t, set);
    for other in others {
        let kept = result.elements().common(t, *other)?;
        result = Set::from_distinct(t, kept);
    }
    finished(t, result, like)
}

fn difference(t: &mut Thread, set: Elements<'_>, like: Ref<'_>, others: &[Ref<'_>]) -> Result<Value> {
    let mut result = copy(t, set);
    for other in others {
        let kept = result.elements().without(t, *other)?;
        result = Set::from_distinct(t, kept);
    }
    finished(t, result, like)
}

fn symmetric_difference(t: &mut Thread, set: Elements<'_>, like: Ref<'_>, other: Ref<'_>) -> Result<Value> {
    let result = copy(t, set);
    result.elements().toggle_all(t, other)?;
    finished(t, result, like)
}

fn finished(t: &Thread, result: Obj<Set>, like: Ref<'_>) -> Result<Value> {
    match like.downcast::<FrozenSet>() {
        Some(_) => Ok(make_like(t, like, result.elements().to_vec(t))),
        None => Ok(result.into_value()),
    }
}

fn repr(t: &mut Thread, this: Ref<'_>, elements: Elements<'_>) -> Result<Obj<Str>> {
    let class = this.class(t);
    let is_set = std::ptr::eq(class, t.shape_of::<Set>().class());
    let name = class.name(t);
    if elements.is_empty() {
        return Ok(Str::from_str(t, &format!("{name}()")));
    }
    let shown = t.represent(this, |t| {
        let mut out = TextBuf::from(if is_set { "" } else { name.as_str() });
        out.push_str(if is_set { "{" } else { "({" });
        for (at, (element, _)) in elements.to_vec(t).iter().enumerate() {
            out.push_str(if at > 0 { ", " } else { "" });
            let element = text::repr(t, element.borrow())?;
            out.push_text(element.text());
        }
        out.push_str(if is_set { "}" } else { "})" });
        Ok(out)
    })?;
    Ok(match shown {
        Some(shown) => Str::from_buf(t, &shown),
        None => Str::from_str(t, &format!("{name}(...)")),
    })
}

fn reduce(t: &mut Thread, this: Ref<'_>, elements: Elements<'_>) -> Result<Value> {
    let items = elements.to_vec(t).into_iter().map(|(element, _)| element).collect::<Vec<_>>();
    let items = List::from_values(t, items).into_value();
    let state = match attributes::to_vec(t, this).is_empty() {
        true => Value::NONE,
        false => attribute::get(t, this, t.names().__dict__)?,
    };
    let class = this.class(t).to_value();
    let args = Tuple::from_values(t, [items]).into_value();
    Ok(Tuple::from_values(t, [class, args, state]).into_value())
}

fn compare(t: &mut Thread, this: impl AsElements, other: Ref<'_>, comparison: Comparison) -> Result<Value> {
    let this = this.as_elements();
    let Some(other) = Elements::of(other) else { return Ok(Value::NOT_IMPLEMENTED) };
    let answer = match comparison {
        Comparison::Equal => this.len() == other.len() && this.is_subset(t, other)?,
        Comparison::NotEqual => this.len() != other.len() || !this.is_subset(t, other)?,
        Comparison::Less => this.len() < other.len() && this.is_subset(t, other)?,
        Comparison::LessEqual => this.is_subset(t, other)?,
        Comparison::Greater => this.len() > other.len() && other.is_subset(t, this)?,
        Comparison::GreaterEqual => other.is_subset(t, this)?,
    };
    Ok(Value::from_bool(answer))
}

/// The elements of either kind of set.
trait AsElements {
    fn as_elements(&self) -> Elements<'_>;
}

impl AsElements for &Object<Set> {
    fn as_elements(&self) -> Elements<'_> {
        self.elements()
    }
}

impl AsElements for &Object<FrozenSet> {
    fn as_elements(&self) -> Elements<'_> {
        self.elements()
    }
}

/// Declares what sets and frozensets have in common as `Self::METHODS` and `Self::COMPARISONS`.
macro_rules! common_methods {
    ($set:ident) => {
        crate::comparisons!($set, any compare);

        #[methods(METHODS)]
        impl $set {
            #[method]
            fn __len__(this: &Object<$set>) -> usize {
                this.len()
            }

            #[method]
            fn __iter__(t: &mut Thread, this: &Object<$set>) -> Obj<SetIterator> {
                SetIterator::new(t, this.borrow())
            }

            /// Whether `element in self`.
            #[method]
            fn __contains__(t: &mut Thread, this: &Object<$set>, element: Ref<'_>) -> Result<bool> {
                this.elements().contains(t, element)
            }

            #[method]
            fn __repr__(t: &mut Thread, this: &Object<$set>) -> Result<Obj<Str>> {
                repr(t, this.borrow(), this.elements())
            }

            /// What pickle makes an equal set from: the class, the elements in a list, and the attributes of its own if any.
            #[method]
            fn __reduce__(t: &mut Thread, this: &Object<$set>) -> Result<Value> {
                reduce(t, this.borrow(), this.elements())
            }

            /// How many bytes the object and its table occupy.
            #[method]
            fn __sizeof__(t: &Thread, this: &Object<$set>) -> usize {
                size_of::<Object<$set>>() + this.elements().table().allocated_bytes(t)
            }

            /// Another set that has the same elements; a frozenset answers itself.
            #[method(name = "copy")]
            fn plain_copy(t: &mut Thread, this: &Object<$set>) -> Value {
                match this.borrow().downcast_exact::<FrozenSet>(t) {
                    Some(frozen) => frozen.to_value(),
                    None => make_like(t, this.borrow(), this.elements().to_vec(t)),
                }
            }

            /// The elements that occur anywhere: here or in any of the iterables given.
            #[method]
            fn union(t: &mut Thread, this: &Object<$set>, others: &[Ref<'_>]) -> Result<Value> {
                union(t, this.elements(), this.borrow(), others)
            }

            /// The elements that also occur in each of the iterables given.
            #[method]
            fn intersection(t: &mut Thread, this: &Object<$set>, others: &[Ref<'_>]) -> Result<Value> {
                intersection(t, this.elements(), this.borrow(), others)
            }

            /// The elements that none of the iterables given has.
            #[method]
            fn difference(t: &mut Thread, this: &Object<$set>, others: &[Ref<'_>]) -> Result<Value> {
                difference(t, this.elements(), this.borrow(), others)
            }

            /// The elements that occur on one side only: here or in `other`.
            #[method]
            fn symmetric_difference(t: &mut Thread, this: &Object<$set>, other: Ref<'_>) -> Result<Value> {
                symmetric_difference(t, this.elements(), this.borrow(), other)
            }

            /// Whether no element of `other` occurs here.
            #[method]
            fn isdisjoint(t: &mut Thread, this: &Object<$set>, other: Ref<'_>) -> Result<bool> {
                this.elements().is_disjoint(t, other)
            }

            /// Whether every element occurs in the iterable `other`, too.
            #[method]
            fn issubset(t: &mut Thread, this: &Object<$set>, other: Ref<'_>) -> Result<bool> {
                if let Some(other) = Elements::of(other) {
                    return this.elements().is_subset(t, other);
                }
                let others = Set::new(t);
                others.elements().update(t, other)?;
                this.elements().is_subset(t, others.elements())
            }

            /// Whether every element of the iterable `other` occurs here, too.
            #[method]
            fn issuperset(t: &mut Thread, this: &Object<$set>, other: Ref<'_>) -> Result<bool> {
                if let Some(other) = Elements::of(other) {
                    return other.is_subset(t, this.elements());
                }
                let others = Set::new(t);
                others.elements().update(t, other)?;
                others.elements().is_subset(t, this.elements())
            }

            #[method]
            fn __or__(t: &mut Thread, this: &Object<$set>, other: Ref<'_>) -> Result<Value> {
                match Elements::of(other) {
                    Some(_) => union(t, this.elements(), this.borrow(), &[other]),
                    None => Ok(Value::NOT_IMPLEMENTED),
                }
            }

            #[method]
            fn __and__(t: &mut Thread, this: &Object<$set>, other: Ref<'_>) -> Result<Value> {
                match Elements::of(other) {
                    Some(_) => intersection(t, this.elements(), this.borrow(), &[other]),
                    None => Ok(Value::NOT_IMPLEMENTED),
                }
            }

            #[method]
            fn __sub__(t: &mut Thread, this: &Object<$set>, other: Ref<'_>) -> Result<Value> {
                match Elements::of(other) {
                    Some(_) => difference(t, this.elements(), this.borrow(), &[other]),
                    None => Ok(Value::NOT_IMPLEMENTED),
                }
            }

            #[method]
            fn __xor__(t: &mut Thread, this: &Object<$set>, other: Ref<'_>) -> Result<Value> {
                match Elements::of(other) {
                    Some(_) => symmetric_difference(t, this.elements(), this.borrow(), other),
                    None => Ok(Value::NOT_IMPLEMENTED),
                }
            }

            #[method]
            fn __ror__(t: &mut Thread, this: &Object<$set>, other: Ref<'_>) -> Result<Value> {
                match Elements::of(other) {
                    Some(elements) => union(t, elements, other, &[this.borrow()]),
                    None => Ok(Value::NOT_IMPLEMENTED),
                }
            }

            #[method]
            fn __rand__(t: &mut Thread, this: &Object<$set>, other: Ref<'_>) -> Result<Value> {
                match Elements::of(other) {
                    Some(elements) => intersection(t, elements, other, &[this.borrow()]),
                    None => Ok(Value::NOT_IMPLEMENTED),
                }
            }

            #[method]
            fn __rsub__(t: &mut Thread, this: &Object<$set>, other: Ref<'_>) -> Result<Value> {
                match Elements::of(other) {
                    Some(elements) => difference(t, elements, other, &[this.borrow()]),
                    None => Ok(Value::NOT_IMPLEMENTED),
                }
            }

            #[method]
            fn __rxor__(t: &mut Thread, this: &Object<$set>, other: Ref<'_>) -> Result<Value> {
                match Elements::of(other) {
                    Some(elements) => symmetric_difference(t, elements, other, this.borrow()),
                    None => Ok(Value::NOT_IMPLEMENTED),
                }
            }
        }
    };
}

common_methods!(Set);
common_methods!(FrozenSet);

#[methods(CHANGES)]
impl Set {
    /// Puts `object` in, unless an equal element is there.
    #[method(name = "add")]
    fn add_element(t: &mut Thread, this: &Object<Set>, object: Ref<'_>) -> Result<()> {
        this.add(t, object.to_value())
    }

    /// Takes `object` out; one that is not there is no error.
    #[method]
    fn discard(t: &mut Thread, this: &Object<Set>, object: Ref<'_>) -> Result<()> {
        this.elements().discard(t, object).map(drop)
    }

    /// Takes `object` out, or raises `KeyError` where there is none equal to it.
    #[method]
    fn remove(t: &mut Thread, this: &Object<Set>, object: Ref<'_>) -> Result<()> {
        match this.elements().discard(t, object)? {
            true => Ok(()),
            false => Err(Raised::key_error(t, object)),
        }
    }

    /// Takes out any one element and answers it. An empty set raises `KeyError`.
    #[method]
    fn pop(t: &mut Thread, this: &Object<Set>) -> Result<Value> {
        match this.table.pop_first(t, this.header()) {
            Some((element, _)) => Ok(element),
            None => {
                let message = Str::from_str(t, "pop from an empty set").into_value();
                Err(Raised::with_args(t, Exc::KeyError, vec![message]))
            }
        }
    }

    /// Makes the set empty.
    #[method]
    fn clear(t: &mut Thread, this: &Object<Set>) {
        drop(this.table.clear(t, this.header()));
    }

    /// Puts in what any of the iterables yields.
    #[method]
    fn update(t: &mut Thread, this: &Object<Set>, others: &[Ref<'_>]) -> Result<()> {
        others.iter().try_for_each(|other| this.elements().update(t, *other))
    }

    /// Takes out each element that one of the iterables lacks.
    #[method]
    fn intersection_update(t: &mut Thread, this: &Object<Set>, others: &[Ref<'_>]) -> Result<()> {
        let kept = intersection(t, this.elements(), this.borrow(), others)?;
        this.keep_only(t, kept.borrow())
    }

    /// Takes out each element that one of the iterables yields.
    #[method]
    fn difference_update(t: &mut Thread, this: &Object<Set>, others: &[Ref<'_>]) -> Result<()> {
        others.iter().try_for_each(|other| this.elements().remove_all(t, *other))
    }

    /// Takes out what `other` has as well, and puts in what `other` alone has.
    #[method]
    fn symmetric_difference_update(t: &mut Thread, this: &Object<Set>, other: Ref<'_>) -> Result<()> {
        this.elements().toggle_all(t, other)
    }

    #[method]
    fn __ior__(t: &mut Thread, this: &Object<Set>, other: Ref<'_>) -> Result<Value> {
        this.change_by(t, other, |t, this| this.elements().update(t, other))
    }

    #[method]
    fn __iand__(t: &mut Thread, this: &Object<Set>, other: Ref<'_>) -> Result<Value> {
        this.change_by(t, other, |t, this| Set::intersection_update(t, this, &[other]))
    }

    #[method]
    fn __isub__(t: &mut Thread, this: &Object<Set>, other: Ref<'_>) -> Result<Value> {
        this.change_by(t, other, |t, this| this.elements().remove_all(t, other))
    }

    #[method]
    fn __ixor__(t: &mut Thread, this: &Object<Set>, other: Ref<'_>) -> Result<Value> {
        this.change_by(t, other, |t, this| this.elements().toggle_all(t, other))
    }
}

impl Object<Set> {
    /// An operator in place: only another set will do.
    fn change_by(
        &self,
        t: &mut Thread,
        other: Ref<'_>,
        change: impl FnOnce(&mut Thread, &Object<Set>) -> Result<()>,
    ) -> Result<Value> {
        if Elements::of(other).is_none() {
            return Ok(Value::NOT_IMPLEMENTED);
        }
        change(t, self)?;
        Ok(self.to_value())
    }

    /// Removes the elements that another set does not have.
    fn keep_only(&self, t: &mut Thread, kept: Ref<'_>) -> Result<()> {
        let gone = self.elements().without(t, kept)?;
        for (element, hash) in gone {
            self.table.remove(t, self.header(), element.borrow(), hash)?;
        }
        Ok(())
    }
}
