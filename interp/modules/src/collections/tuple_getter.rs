//! `_tuplegetter`: the attributes of named tuples.

use ungil_macros::class;
use ungil_objects::class::Class;
use ungil_objects::fields::Slot;
use ungil_objects::object::{Obj, Object};
use ungil_objects::trace::{Trace, Tracer};
use ungil_objects::types::tuple::Tuple;
use ungil_objects::{Ref, Result, Thread, Value, payload, raise};

/// The payload of `_tuplegetter`.
pub struct TupleGetter {
    index: usize,
    doc: Slot,
}

payload!(TupleGetter, collected, deferrable);

impl Trace for TupleGetter {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.doc.trace(tracer);
    }
}

/// A descriptor that reads the item of a tuple at an index.
#[class(name = "_tuplegetter", module = "collections", final)]
impl TupleGetter {
    #[new]
    fn new(t: &mut Thread, class: &Object<Class>, index: usize, doc: Ref<'_>) -> Obj<TupleGetter> {
        t.alloc_with_shape(class.root_shape(), TupleGetter { index, doc: Slot::new(Some(doc.to_value())) })
    }

    #[getter]
    fn __doc__(t: &mut Thread, this: &Object<TupleGetter>) -> Value {
        this.doc.get(t, this.header()).unwrap_or(Value::NONE)
    }

    #[setter(__doc__)]
    fn set_doc(t: &mut Thread, this: &Object<TupleGetter>, doc: Ref<'_>) {
        this.doc.set(t, this.header(), doc.to_value());
    }

    #[method]
    fn __get__(
        t: &mut Thread,
        this: &Object<TupleGetter>,
        receiver: Ref<'_>,
        _class: Ref<'_>,
    ) -> Result<Value> {
        if receiver.is_none() {
            return Ok(this.to_value());
        }
        let index = this.index;
        let Some(tuple) = receiver.downcast::<Tuple>() else {
            let class = receiver.class(t).name(t);
            raise!(
                t,
                TypeError,
                "descriptor for index '{index}' for tuple subclasses doesn't apply to '{class}' object"
            );
        };
        match tuple.get(index) {
            Some(item) => Ok(item.to_value()),
            None => raise!(t, IndexError, "tuple index out of range"),
        }
    }

    #[method]
    fn __set__(
        t: &mut Thread,
        _this: &Object<TupleGetter>,
        _receiver: Ref<'_>,
        _value: Ref<'_>,
    ) -> Result<()> {
        raise!(t, AttributeError, "can't set attribute")
    }

    #[method]
    fn __delete__(t: &mut Thread, _this: &Object<TupleGetter>, _receiver: Ref<'_>) -> Result<()> {
        raise!(t, AttributeError, "can't delete attribute")
    }

    #[method]
    fn __reduce__(t: &mut Thread, this: &Object<TupleGetter>) -> Value {
        let class = this.borrow().class(t).to_value();
        let doc = this.doc.get(t, this.header()).unwrap_or(Value::NONE);
        let index = Value::from_small_int(this.index as i64).unwrap_or(Value::NONE);
        let args = Tuple::from_values(t, [index, doc]).into_value();
        Tuple::from_values(t, [class, args]).into_value()
    }

    #[method]
    fn __repr__(t: &mut Thread, this: &Object<TupleGetter>) -> Result<String> {
        let doc = this.doc.get(t, this.header()).unwrap_or(Value::NONE);
        let doc = ungil_objects::protocol::text::repr(t, doc.borrow())?;
        Ok(format!("_tuplegetter({}, {})", this.index, &**doc))
    }
}
