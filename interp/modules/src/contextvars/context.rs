//! `Context`: a mapping of context variables to values.

use std::sync::atomic::{AtomicBool, Ordering};

use ungil_macros::class;
use ungil_objects::call::Args;
use ungil_objects::class::Class;
use ungil_objects::fields::Slot;
use ungil_objects::object::{Obj, Object};
use ungil_objects::protocol::{call, compare, iterate, text};
use ungil_objects::trace::{Trace, Tracer};
use ungil_objects::types::dict::Dict;
use ungil_objects::{Raised, Ref, Result, Thread, Value, payload, raise};

use super::variable::ContextVar;

/// The payload of `Context`.
pub struct Context {
    /// A dict that is never changed.
    entries: Slot,
    /// Whether a call of `run` is in progress.
    entered: AtomicBool,
}

payload!(Context, collected);

impl Trace for Context {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.entries.trace(tracer);
    }
}

/// The current context of the thread; an empty one from now on if there is none.
pub fn current(t: &Thread) -> Obj<Context> {
    let context = match t.context.take().map(Value::downcast::<Context>) {
        Some(Ok(context)) => context,
        _ => Context::with_entries(t, Dict::new(t)),
    };
    t.context.set(Some(context.to_value()));
    context
}

impl Context {
    pub fn with_entries(t: &Thread, entries: Obj<Dict>) -> Obj<Context> {
        t.alloc(Context { entries: Slot::new(Some(entries.into_value())), entered: AtomicBool::new(false) })
    }

    /// The entries as they are now. The dict is not to be changed.
    pub fn entries(context: &Object<Context>, t: &Thread) -> Obj<Dict> {
        let entries = context.entries.get(t, context.header());
        entries.and_then(|entries| entries.downcast::<Dict>().ok()).unwrap_or_else(|| Dict::new(t))
    }

    /// Gives a variable a value in the context, or none, and returns what it had.
    pub fn change(
        context: &Object<Context>,
        t: &mut Thread,
        variable: Ref<'_>,
        value: Option<Value>,
    ) -> Result<Option<Value>> {
        let changed = Context::entries(context, t).copy(t);
        let old = changed.get(t, variable)?;
        match value {
            Some(value) => changed.set(t, variable, value)?,
            None => drop(changed.remove(t, variable)?),
        }
        context.entries.set(t, context.header(), changed.into_value());
        Ok(old)
    }

    /// The value of a variable.
    pub fn lookup(context: &Object<Context>, t: &mut Thread, variable: Ref<'_>) -> Result<Option<Value>> {
        if variable.downcast::<ContextVar>().is_none() {
            let shown = text::repr(t, variable)?;
            raise!(t, TypeError, "a ContextVar key was expected, got {}", &**shown);
        }
        Context::entries(context, t).get(t, variable)
    }
}

/// Maps context variables to the values that they have where this context is the current one.
#[class(name = "Context", module = "_contextvars", mapping, final)]
impl Context {
    #[new]
    fn new(t: &mut Thread, _class: &Object<Class>, args: Args<'_>) -> Result<Obj<Context>> {
        if !args.values().is_empty() {
            raise!(t, TypeError, "Context() does not accept any arguments");
        }
        let entries = Dict::new(t);
        Ok(Context::with_entries(t, entries))
    }

    /// Calls a function with this context as the current one.
    #[method]
    fn run(t: &mut Thread, this: &Object<Context>, args: Args<'_>) -> Result<Value> {
        let Some(function) = args.positional().first() else {
            raise!(t, TypeError, "run() missing 1 required positional argument");
        };
        if this.entered.swap(true, Ordering::Relaxed) {
            let shown = text::repr(t, this.borrow())?;
            raise!(t, RuntimeError, "cannot enter context: {} is already entered", &**shown);
        }
        let before = t.context.replace(Some(this.to_value()));
        let answer = call::call_args(t, *function, args.rest());
        drop(t.context.replace(before));
        this.entered.store(false, Ordering::Relaxed);
        answer
    }

    /// Makes another context, not entered, in which the variables have the same values.
    #[method]
    fn copy(t: &mut Thread, this: &Object<Context>) -> Obj<Context> {
        let entries = Context::entries(this, t);
        Context::with_entries(t, entries)
    }

    /// The value that the variable `key` has here; `default` if it has none.
    #[method]
    fn get(t: &mut Thread, this: &Object<Context>, key: Ref<'_>, default: Option<Ref<'_>>) -> Result<Value> {
        let found = Context::lookup(this, t, key)?;
        Ok(found.unwrap_or_else(|| default.map_or(Value::NONE, Ref::to_value)))
    }

    /// The variables that have values here.
    #[method]
    fn keys(t: &mut Thread, this: &Object<Context>) -> Result<Value> {
        let entries = Context::entries(this, t);
        call::call_method(t, entries.borrow(), t.names().keys, &[])
    }

    /// The values alone, in the order of `keys()`.
    #[method]
    fn values(t: &mut Thread, this: &Object<Context>) -> Result<Value> {
        let entries = Context::entries(this, t);
        call::call_method(t, entries.borrow(), t.names().values, &[])
    }

    /// Pairs of each variable with its value.
    #[method]
    fn items(t: &mut Thread, this: &Object<Context>) -> Result<Value> {
        let entries = Context::entries(this, t);
        call::call_method(t, entries.borrow(), t.names().items, &[])
    }

    #[method]
    fn __getitem__(t: &mut Thread, this: &Object<Context>, key: Ref<'_>) -> Result<Value> {
        match Context::lookup(this, t, key)? {
            Some(value) => Ok(value),
            None => Err(Raised::key_error(t, key)),
        }
    }

    #[method]
    fn __contains__(t: &mut Thread, this: &Object<Context>, key: Ref<'_>) -> Result<bool> {
        Context::lookup(this, t, key).map(|found| found.is_some())
    }

    #[method]
    fn __iter__(t: &mut Thread, this: &Object<Context>) -> Result<Value> {
        let entries = Context::entries(this, t);
        iterate::iter(t, entries.borrow())
    }

    #[method]
    fn __len__(t: &mut Thread, this: &Object<Context>) -> usize {
        Context::entries(this, t).len()
    }

    #[method]
    fn __eq__(t: &mut Thread, this: &Object<Context>, other: &Object<Context>) -> Result<bool> {
        let (mine, others) = (Context::entries(this, t), Context::entries(other, t));
        compare::equal(t, mine.borrow(), others.borrow())
    }

    #[method]
    fn __ne__(t: &mut Thread, this: &Object<Context>, other: &Object<Context>) -> Result<bool> {
        let (mine, others) = (Context::entries(this, t), Context::entries(other, t));
        compare::equal(t, mine.borrow(), others.borrow()).map(|equal| !equal)
    }
}
