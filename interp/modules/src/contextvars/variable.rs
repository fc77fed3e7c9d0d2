//! `ContextVar`: a name for values in contexts.

use ungil_macros::class;
use ungil_objects::class::Class;
use ungil_objects::fields::Fixed;
use ungil_objects::object::{Obj, Object};
use ungil_objects::protocol::{hash, text};
use ungil_objects::trace::{Trace, Tracer};
use ungil_objects::types::generic_alias::GenericAlias;
use ungil_objects::types::text::Str;
use ungil_objects::{Exc, Raised, Ref, Result, Thread, Value, payload, raise};

use super::context::{self, Context};
use super::token::Token;

/// The payload of `ContextVar`.
pub struct ContextVar {
    name: Fixed,
    default: Option<Fixed>,
}

payload!(ContextVar, collected);

impl Trace for ContextVar {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.name.trace(tracer);
        self.default.trace(tracer);
    }
}

/// A variable whose value belongs to a context.
#[class(name = "ContextVar", module = "_contextvars", final)]
impl ContextVar {
    #[new(signature = "(name, /, *, default=...)")]
    fn new(
        t: &mut Thread,
        class: &Object<Class>,
        name: Ref<'_>,
        default: Option<Ref<'_>>,
    ) -> Result<Obj<ContextVar>> {
        if name.downcast::<Str>().is_none() {
            raise!(t, TypeError, "context variable name must be a str");
        }
        let default = default.map(|default| Fixed::new(default.to_value()));
        let payload = ContextVar { name: Fixed::new(name.to_value()), default };
        Ok(t.alloc_with_shape(class.root_shape(), payload))
    }

    #[getter(name = "name")]
    fn get_name(this: &Object<ContextVar>) -> Value {
        this.name.get().to_value()
    }

    /// The value that the variable has in the current context.
    ///
    /// Where it has none that is `default`, else what the variable was made with, else a `LookupError`.
    #[method]
    fn get(t: &mut Thread, this: &Object<ContextVar>, default: Option<Ref<'_>>) -> Result<Value> {
        let current = context::current(t);
        if let Some(value) = Context::lookup(&current, t, this.borrow())? {
            return Ok(value);
        }
        match default.or(this.default.as_ref().map(Fixed::get)) {
            Some(default) => Ok(default.to_value()),
            None => Err(Raised::with_args(t, Exc::LookupError, vec![this.to_value()])),
        }
    }

    /// Gives the variable another value in the current context. The token that this answers undoes it: see `reset`.
    #[method]
    fn set(t: &mut Thread, this: &Object<ContextVar>, value: Ref<'_>) -> Result<Obj<Token>> {
        let current = context::current(t);
        let old = Context::change(&current, t, this.borrow(), Some(value.to_value()))?;
        Ok(Token::new(t, current, this, old))
    }

    /// Puts back what the variable was before the `set` that answered `token`, which works once.
    ///
    /// A token of another variable or context raises `ValueError`.
    #[method]
    fn reset(t: &mut Thread, this: &Object<ContextVar>, token: Ref<'_>) -> Result<()> {
        let Some(token) = token.downcast::<Token>() else {
            let class = token.class(t).name(t);
            raise!(t, TypeError, "expected an instance of Token, got {class}");
        };
        let shown = text::repr(t, token.borrow())?;
        if !token.variable().is(this.borrow()) {
            raise!(t, ValueError, "{} was created by a different ContextVar", &**shown);
        }
        let current = context::current(t);
        if !token.context().is(current.borrow()) {
            raise!(t, ValueError, "{} was created in a different Context", &**shown);
        }
        if token.use_up() {
            raise!(t, RuntimeError, "{} has already been used once", &**shown);
        }
        Context::change(&current, t, this.borrow(), token.old_value().map(Ref::to_value)).map(drop)
    }

    #[method]
    fn __hash__(this: &Object<ContextVar>) -> i64 {
        hash::hash_identity(this.borrow().word().identity())
    }

    #[method]
    fn __repr__(t: &mut Thread, this: &Object<ContextVar>) -> Result<String> {
        let name = text::repr(t, this.name.get())?;
        let default = match &this.default {
            Some(default) => format!(" default={}", &**text::repr(t, default.get())?),
            None => String::new(),
        };
        Ok(format!("<ContextVar name={}{default} at {:#x}>", &**name, this.borrow().word().identity()))
    }

    /// See PEP 585
    #[classmethod]
    fn __class_getitem__(t: &mut Thread, class: &Object<Class>, item: Ref<'_>) -> Value {
        GenericAlias::of_class(t, class, item)
    }
}
