//! What the operators and brackets do to deques.

use ungil_macros::methods;
use ungil_objects::attributes;
use ungil_objects::fields::admit;
use ungil_objects::object::Object;
use ungil_objects::protocol::compare::Comparison;
use ungil_objects::protocol::sequence;
use ungil_objects::protocol::{attribute, iterate};
use ungil_objects::types::int::Int;
use ungil_objects::types::tuple::Tuple;
use ungil_objects::{Ref, Result, Thread, Value, raise};

use super::{Contents, Deque, DequeOperations, End};

fn compare(t: &mut Thread, a: &Object<Deque>, b: &Object<Deque>, comparison: Comparison) -> Result<bool> {
    sequence::compare(t, &Contents(a), &Contents(b), comparison)
}

ungil_objects::comparisons!(Deque, compare);

#[methods(OPERATORS)]
impl Deque {
    #[method]
    fn __getitem__(t: &mut Thread, this: &Object<Deque>, index: Ref<'_>) -> Result<Value> {
        let position = this.position(t, index)?;
        match this.item(t, position) {
            Some(item) => Ok(item),
            None => raise!(t, IndexError, "deque index out of range"),
        }
    }

    #[method]
    fn __setitem__(t: &mut Thread, this: &Object<Deque>, index: Ref<'_>, value: Ref<'_>) -> Result<()> {
        let position = this.position(t, index)?;
        let item = admit(t, this.header(), value.to_value());
        let replaced = this.items.with(t, this.header(), |items| match items.get_mut(position) {
            Some(place) => Ok(std::mem::replace(place, item)),
            None => Err(item),
        });
        match replaced {
            Ok(_) => Ok(()),
            Err(_) => raise!(t, IndexError, "deque index out of range"),
        }
    }

    #[method]
    fn __delitem__(t: &mut Thread, this: &Object<Deque>, index: Ref<'_>) -> Result<()> {
        let position = this.position(t, index)?;
        drop(this.change(t, |items| items.remove(position)));
        Ok(())
    }

    #[method]
    fn __contains__(t: &mut Thread, this: &Object<Deque>, item: Ref<'_>) -> Result<bool> {
        sequence::find(t, &Contents(this), item, 0, usize::MAX).map(|at| at.is_some())
    }

    #[method]
    fn __add__(t: &mut Thread, this: &Object<Deque>, other: Ref<'_>) -> Result<Value> {
        let Some(other) = other.downcast::<Deque>() else {
            let class = other.class(t).name(t);
            raise!(t, TypeError, "can only concatenate deque (not \"{class}\") to deque");
        };
        let mut items = this.to_vec(t);
        items.extend(other.to_vec(t));
        this.make_like(t, items)
    }

    #[method]
    fn __iadd__(t: &mut Thread, this: &Object<Deque>, other: Ref<'_>) -> Result<Value> {
        this.extend_from(t, other, End::Right)?;
        Ok(this.to_value())
    }

    #[method]
    fn __mul__(t: &mut Thread, this: &Object<Deque>, count: Ref<'_>) -> Result<Value> {
        let Some(times) = sequence::repetitions(t, count)? else { return Ok(Value::NOT_IMPLEMENTED) };
        let items = sequence::repeat(t, &this.to_vec(t), times)?;
        this.make_like(t, items)
    }

    #[method]
    fn __rmul__(t: &mut Thread, this: &Object<Deque>, count: Ref<'_>) -> Result<Value> {
        Deque::__mul__(t, this, count)
    }

    #[method]
    fn __imul__(t: &mut Thread, this: &Object<Deque>, count: Ref<'_>) -> Result<Value> {
        let Some(times) = sequence::repetitions(t, count)? else { return Ok(Value::NOT_IMPLEMENTED) };
        let items = sequence::repeat(t, &this.to_vec(t), times)?;
        drop(this.change(t, std::mem::take));
        items.into_iter().for_each(|item| this.push(t, item, End::Right));
        Ok(this.to_value())
    }

    /// What `pickle` and `copy` rebuild the deque from: class, arguments, attributes and an iterator over the items.
    #[method]
    fn __reduce__(t: &mut Thread, this: &Object<Deque>) -> Result<Value> {
        let state = match attributes::to_vec(t, this.borrow()).is_empty() {
            true => Value::NONE,
            false => attribute::get(t, this.borrow(), t.names().__dict__)?,
        };
        let args = match this.bound() {
            None => Tuple::from_values(t, []),
            Some(bound) => {
                let empty = Tuple::from_values(t, []).into_value();
                Tuple::from_values(t, [empty, Int::from_i64(t, bound as i64)])
            }
        };
        let items = iterate::iter(t, this.borrow())?;
        let class = this.borrow().class(t).to_value();
        Ok(Tuple::from_values(t, [class, args.into_value(), state, items]).into_value())
    }

    /// How many bytes the deque takes up, with room for items but not the items themselves.
    #[method]
    fn __sizeof__(t: &mut Thread, this: &Object<Deque>) -> usize {
        let capacity = this.items.with(t, this.header(), |items| items.capacity());
        size_of::<Object<Deque>>() + capacity * size_of::<Value>()
    }
}
