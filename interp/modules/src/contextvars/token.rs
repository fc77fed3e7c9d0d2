//! `Token`: what `ContextVar.set` returns, to set the variable back.

use std::sync::atomic::{AtomicBool, Ordering};

use ungil_macros::class;
use ungil_objects::class::Class;
use ungil_objects::fields::Fixed;
use ungil_objects::object::{Obj, Object};
use ungil_objects::protocol::{call, text};
use ungil_objects::trace::{Trace, Tracer};
use ungil_objects::types::generic_alias::GenericAlias;
use ungil_objects::{Ref, Result, Thread, Value, payload};

use super::context::Context;
use super::variable::ContextVar;

/// The payload of `Token`.
pub struct Token {
    context: Fixed,
    variable: Fixed,
    old_value: Option<Fixed>,
    used: AtomicBool,
}

payload!(Token, collected);

impl Trace for Token {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.context.trace(tracer);
        self.variable.trace(tracer);
        self.old_value.trace(tracer);
    }
}

/// The class of `Token.MISSING`, which stands for a variable that had no value.
pub struct Missing;

payload!(Missing, plain);

impl Trace for Missing {
    fn trace(&self, _: &mut Tracer<'_>) {}
}

#[class(name = "Token.MISSING", module = "_contextvars", no_new, final)]
impl Missing {
    #[method]
    fn __repr__(_this: Ref<'_>) -> &'static str {
        "<Token.MISSING>"
    }
}

/// The name of the attribute of `Token` that holds the instance of [`Missing`].
const MISSING: &str = "MISSING";

/// Gives the class `Token` its `MISSING`.
pub fn set_up(t: &mut Thread) -> Result<()> {
    let missing = t.alloc(Missing).into_value();
    let name = t.interpreter().intern(t, MISSING);
    let class = t.shape_of::<Token>().class();
    class.set_own_attribute(t, name, Some(missing)).map(drop)
}

impl Token {
    pub fn new(
        t: &Thread,
        context: Obj<Context>,
        variable: &Object<ContextVar>,
        old_value: Option<Value>,
    ) -> Obj<Token> {
        t.alloc(Token {
            context: Fixed::new(context.into_value()),
            variable: Fixed::new(variable.to_value()),
            old_value: old_value.map(Fixed::new),
            used: AtomicBool::new(false),
        })
    }

    pub fn context(&self) -> Ref<'_> {
        self.context.get()
    }

    pub fn variable(&self) -> Ref<'_> {
        self.variable.get()
    }

    /// The value before; `None` if there was none.
    pub fn old_value(&self) -> Option<Ref<'_>> {
        self.old_value.as_ref().map(Fixed::get)
    }

    /// Marks the token as used and tells whether it was before.
    pub fn use_up(&self) -> bool {
        self.used.swap(true, Ordering::Relaxed)
    }
}

/// What a context variable had before it was set.
#[class(name = "Token", module = "_contextvars", no_new, final)]
impl Token {
    #[getter]
    fn var(this: &Object<Token>) -> Value {
        this.variable().to_value()
    }

    #[getter(name = "old_value")]
    fn get_old_value(t: &mut Thread, this: &Object<Token>) -> Value {
        match this.old_value() {
            Some(value) => value.to_value(),
            None => {
                let name = t.interpreter().intern(t, MISSING);
                this.borrow().class(t).lookup(t, name).unwrap_or(Value::NONE)
            }
        }
    }

    /// Gives the token itself to a with statement.
    #[method]
    fn __enter__(this: &Object<Token>) -> Value {
        this.to_value()
    }

    /// Puts the variable back to what it was before the token was made, whether or not an exception ends the block.
    #[method]
    fn __exit__(
        t: &mut Thread,
        this: &Object<Token>,
        _class: Ref<'_>,
        _value: Ref<'_>,
        _traceback: Ref<'_>,
    ) -> Result<()> {
        let reset = t.interpreter().intern(t, "reset");
        call::call_method(t, this.variable(), reset, &[this.borrow()]).map(drop)
    }

    #[method]
    fn __repr__(t: &mut Thread, this: &Object<Token>) -> Result<String> {
        let used = if this.used.load(Ordering::Relaxed) { " used" } else { "" };
        let variable = text::repr(t, this.variable())?;
        Ok(format!("<Token{used} var={} at {:#x}>", &**variable, this.borrow().word().identity()))
    }

    /// See PEP 585
    #[classmethod]
    fn __class_getitem__(t: &mut Thread, class: &Object<Class>, item: Ref<'_>) -> Value {
        GenericAlias::of_class(t, class, item)
    }
}
