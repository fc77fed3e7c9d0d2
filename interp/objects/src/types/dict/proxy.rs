//! `mappingproxy`: a read-only view of a mapping, such as `type.__dict__`.

use ungil_macros::class;
use ungil_text::TextBuf;

use super::Dict;
use crate::class::{Binary, Class, Operator, Unary};
use crate::error::Result;
use crate::fields::Fixed;
use crate::object::{Obj, Object};
use crate::protocol::compare::Comparison;
use crate::protocol::{call, compare, convert, hash, iterate, operator, subscript, text};
use crate::raise;
use crate::thread::Thread;
use crate::trace::{Trace, Tracer};
use crate::types::generic_alias::GenericAlias;
use crate::types::list::List;
use crate::types::text::Str;
use crate::types::tuple::Tuple;
use crate::value::{NONE, Ref, Value};

/// The payload of `mappingproxy`.
pub struct MappingProxy {
    mapping: Fixed,
}

crate::payload!(MappingProxy, collected, deferrable);

impl Trace for MappingProxy {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.mapping.trace(tracer);
    }
}

impl MappingProxy {
    pub fn new(t: &Thread, mapping: Value) -> Obj<MappingProxy> {
        t.alloc(MappingProxy { mapping: Fixed::new(mapping) })
    }

    pub fn mapping(&self) -> Ref<'_> {
        self.mapping.get()
    }
}

/// What a proxy stands for; other values for themselves.
fn unwrapped(value: Ref<'_>) -> Ref<'_> {
    match value.downcast::<MappingProxy>() {
        // The proxy keeps its mapping for as long as it lives.
        Some(proxy) => proxy.mapping(),
        None => value,
    }
}

fn compare_mappings(
    t: &mut Thread,
    this: &Object<MappingProxy>,
    other: Ref<'_>,
    comparison: Comparison,
) -> Result<Value> {
    compare::compare(t, comparison, this.mapping(), other)
}

crate::comparisons!(MappingProxy, any compare_mappings);

/// Lets a mapping be looked at through it, but not changed. Later changes of the mapping show.
#[class(name = "mappingproxy", mapping, final, members = [COMPARISONS])]
impl MappingProxy {
    #[new]
    fn create(t: &mut Thread, _class: &Object<Class>, mapping: Ref<'_>) -> Result<Obj<MappingProxy>> {
        let has_items = mapping.shape(t).special().binary(Binary::GetItem).is_some();
        let is_sequence = mapping.downcast::<List>().is_some() || mapping.downcast::<Tuple>().is_some();
        if !has_items || is_sequence {
            raise!(
                t,
                TypeError,
                "mappingproxy() argument must be a mapping, not {}",
                mapping.class(t).name(t)
            );
        }
        Ok(MappingProxy::new(t, mapping.to_value()))
    }

    #[method]
    fn __len__(t: &mut Thread, this: &Object<MappingProxy>) -> Result<usize> {
        convert::length(t, this.mapping())
    }

    #[method]
    fn __getitem__(t: &mut Thread, this: &Object<MappingProxy>, key: Ref<'_>) -> Result<Value> {
        subscript::get(t, this.mapping(), key)
    }

    #[method]
    fn __contains__(t: &mut Thread, this: &Object<MappingProxy>, key: Ref<'_>) -> Result<bool> {
        subscript::contains(t, this.mapping(), key)
    }

    #[method]
    fn __iter__(t: &mut Thread, this: &Object<MappingProxy>) -> Result<Value> {
        iterate::iter(t, this.mapping())
    }

    #[method]
    fn __reversed__(t: &mut Thread, this: &Object<MappingProxy>) -> Result<Value> {
        call::call_method(t, this.mapping(), t.names().__reversed__, &[])
    }

    /// What the mapping has under a key; the default if it has nothing there.
    #[method]
    fn get(
        t: &mut Thread,
        this: &Object<MappingProxy>,
        key: Ref<'_>,
        default: Option<Ref<'_>>,
    ) -> Result<Value> {
        let default = default.unwrap_or(NONE);
        if let Some(dict) = this.mapping().downcast_exact::<Dict>(t) {
            return Ok(dict.get(t, key)?.unwrap_or_else(|| default.to_value()));
        }
        call::call_method(t, this.mapping(), t.names().get, &[key, default])
    }

    /// The mapping's own view of its keys, on which operators of sets work.
    #[method]
    fn keys(t: &mut Thread, this: &Object<MappingProxy>) -> Result<Value> {
        call::call_method(t, this.mapping(), t.names().keys, &[])
    }

    /// The mapping's own view of its values.
    #[method]
    fn values(t: &mut Thread, this: &Object<MappingProxy>) -> Result<Value> {
        call::call_method(t, this.mapping(), t.names().values, &[])
    }

    /// The mapping's own view of its pairs of key and value, on which operators of sets work.
    #[method]
    fn items(t: &mut Thread, this: &Object<MappingProxy>) -> Result<Value> {
        call::call_method(t, this.mapping(), t.names().items, &[])
    }

    /// What the mapping's own `copy` makes: a new mapping with the same keys and values.
    #[method]
    fn copy(t: &mut Thread, this: &Object<MappingProxy>) -> Result<Value> {
        call::call_method(t, this.mapping(), t.names().copy, &[])
    }

    #[classmethod]
    fn __class_getitem__(t: &mut Thread, class: &Object<Class>, item: Ref<'_>) -> Value {
        GenericAlias::of_class(t, class, item)
    }

    #[method]
    fn __or__(t: &mut Thread, left: Ref<'_>, right: Ref<'_>) -> Result<Value> {
        operator::binary(t, Operator::Or, unwrapped(left), unwrapped(right))
    }

    #[method]
    fn __ror__(t: &mut Thread, right: Ref<'_>, left: Ref<'_>) -> Result<Value> {
        operator::binary(t, Operator::Or, unwrapped(left), unwrapped(right))
    }

    #[method]
    fn __ior__(t: &mut Thread, this: &Object<MappingProxy>, _other: Ref<'_>) -> Result<Value> {
        let class = this.borrow().class(t).name(t);
        raise!(t, TypeError, "'|=' is not supported by {class}; use '|' instead")
    }

    #[method]
    fn __hash__(t: &mut Thread, this: &Object<MappingProxy>) -> Result<i64> {
        hash::hash(t, this.mapping())
    }

    #[method]
    fn __str__(t: &mut Thread, this: &Object<MappingProxy>) -> Result<Obj<Str>> {
        match this.mapping().shape(t).special().unary(Unary::Str) {
            Some(_) => text::str(t, this.mapping()),
            None => text::repr(t, this.mapping()),
        }
    }

    #[method]
    fn __repr__(t: &mut Thread, this: &Object<MappingProxy>) -> Result<Obj<Str>> {
        let inner = text::repr(t, this.mapping())?;
        let mut out = TextBuf::from("mappingproxy(");
        out.push_text(inner.text());
        out.push_str(")");
        Ok(Str::from_buf(t, &out))
    }
}
