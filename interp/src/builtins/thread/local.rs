//! `_thread._local`: an object whose attributes each thread has for itself.
//!
//! A thread's attributes of all such objects lie in one dict of the thread's own, keyed by the objects' serial numbers, which are never
//! used twice. So they stay local to the thread, and go with it. The numbers of objects that are alive are known to the process; each
//! time that a thread's dict has doubled, the thread drops what belongs to dead objects.

use std::collections::HashSet;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;

use ungil_macros::class;
use ungil_objects::call::Args;
use ungil_objects::class::{Binary, Class, Ternary};
use ungil_objects::error::Result;
use ungil_objects::fields::Fixed;
use ungil_objects::protocol::{attribute, call};
use ungil_objects::trace::{Trace, Tracer};
use ungil_objects::types::dict::Dict;
use ungil_objects::types::int::Int;
use ungil_objects::types::text::Str;
use ungil_objects::types::tuple::Tuple;
use ungil_objects::{Obj, Object, Ref, Thread, Value, raise};

/// The last serial number.
static SERIAL: AtomicU64 = AtomicU64::new(0);
/// The serial numbers of the objects that are alive.
static ALIVE: LazyLock<Mutex<HashSet<u64>>> = LazyLock::new(Mutex::default);

/// The payload of thread-local objects: which it is, and what `__init__` is called with on each thread.
pub struct Local {
    serial: u64,
    args: Fixed,
    names: Fixed,
}

ungil_objects::payload!(Local, collected);

impl Trace for Local {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.args.trace(tracer);
        self.names.trace(tracer);
    }
}

/// The dict of this thread's thread-local attributes: one dict for each object.
fn of_thread(t: &Thread) -> Obj<Dict> {
    let kept = t.locals.take().and_then(|locals| locals.downcast::<Dict>().ok());
    let locals = kept.unwrap_or_else(|| Dict::new(t));
    t.locals.set(Some(locals.to_value()));
    locals
}

impl Drop for Local {
    fn drop(&mut self) {
        ALIVE.lock().remove(&self.serial);
    }
}

/// Enters a thread's attributes of one object, and drops those of dead ones if the dict has doubled.
fn enter(t: &mut Thread, serial: u64, namespace: &Obj<Dict>) -> Result<()> {
    let all = of_thread(t);
    let key = Int::from_u64(t, serial);
    all.set(t, key.borrow(), namespace.to_value())?;
    if all.len() >= 8 && all.len().is_power_of_two() {
        for (key, _) in all.items(t) {
            let is_alive =
                key.borrow().as_i64().is_some_and(|serial| ALIVE.lock().contains(&(serial as u64)));
            if !is_alive {
                all.remove(t, key.borrow())?;
            }
        }
    }
    Ok(())
}

impl Local {
    /// This thread's attributes, made and initialised when the thread first looks.
    fn namespace(this: &Object<Local>, t: &mut Thread) -> Result<Obj<Dict>> {
        let all = of_thread(t);
        let key = Int::from_u64(t, this.serial);
        if let Some(Ok(namespace)) = all.get(t, key.borrow())?.map(Value::downcast::<Dict>) {
            return Ok(namespace);
        }
        let namespace = Dict::new(t);
        enter(t, this.serial, &namespace)?;
        let init = t.names().__init__;
        let own = t.shape_of::<Local>().class().lookup(t, init);
        let defined = this.shape().class().lookup(t, init);
        if let Some(defined) = defined
            && !own.is_some_and(|own| own.borrow().is(defined.borrow()))
            && let Some(args) = this.args.get().downcast::<Tuple>()
        {
            let names = this.names.get().downcast::<Tuple>();
            let result = call::call_unbound_with_first(
                t,
                defined.borrow(),
                this.borrow(),
                Args::new(args.as_slice(), names),
            );
            if let Err(raised) = result {
                all.remove(t, key.borrow())?;
                return Err(raised);
            }
        }
        Ok(namespace)
    }

    fn store(this: &Object<Local>, t: &mut Thread, name: Ref<'_>, value: Option<Ref<'_>>) -> Result<()> {
        let namespace = Local::namespace(this, t)?;
        if name.downcast::<Str>().is_some_and(|name| name.is_text("__dict__")) {
            let class = this.shape().class().name(t);
            raise!(t, AttributeError, "'{class}' object attribute '__dict__' is read-only");
        }
        if let Some(descriptor) = this.shape().class().lookup(t, name) {
            let special = descriptor.borrow().shape(t).special();
            match (special.ternary(Ternary::Set), special.binary(Binary::Delete), value) {
                (Some(set), _, Some(value)) => {
                    return set(t, descriptor.borrow(), this.borrow(), value).map(drop);
                }
                (_, Some(delete), None) => return delete(t, descriptor.borrow(), this.borrow()).map(drop),
                _ => {}
            }
        }
        match value {
            Some(value) => namespace.set(t, name, value.to_value()),
            None => match namespace.remove(t, name)? {
                Some(_) => Ok(()),
                None => Err(attribute::no_attribute(t, this.borrow(), name)),
            },
        }
    }
}

/// Thread-local data.
#[class(name = "_local", module = "_thread")]
impl Local {
    #[new]
    fn new_local(t: &mut Thread, class: &Object<Class>, args: Args<'_>) -> Result<Value> {
        let init = t.names().__init__;
        let own = t.shape_of::<Local>().class().lookup(t, init);
        let defined = class.lookup(t, init);
        let is_default = match (&own, &defined) {
            (Some(own), Some(defined)) => own.borrow().is(defined.borrow()),
            (None, None) => true,
            _ => false,
        };
        if is_default && !args.values().is_empty() {
            raise!(t, TypeError, "Initialization arguments are not supported");
        }
        let serial = SERIAL.fetch_add(1, Ordering::Relaxed);
        ALIVE.lock().insert(serial);
        let values = Tuple::from_values(t, args.values().iter().map(|value| value.to_value()));
        let names = args.names().map_or(Value::NONE, |names| names.to_value());
        let local = Local { serial, args: Fixed::new(values.into_value()), names: Fixed::new(names) };
        let local = t.alloc_with_shape(class.root_shape(), local);
        // All threads use it, so none counts it but in its own array.
        local.header().set_deferred(t.owner());
        // The class call that makes the object initialises it on this thread.
        let namespace = Dict::new(t);
        enter(t, serial, &namespace)?;
        Ok(local.into_value())
    }

    #[method]
    fn __getattribute__(t: &mut Thread, this: &Object<Self>, name: Ref<'_>) -> Result<Value> {
        let namespace = Local::namespace(this, t)?;
        if name.downcast::<Str>().is_some_and(|name| name.is_text("__dict__")) {
            return Ok(namespace.into_value());
        }
        let class = this.shape().class();
        let of_class = class.lookup(t, name);
        if let Some(descriptor) = &of_class {
            let special = descriptor.borrow().shape(t).special();
            let is_data = special.ternary(Ternary::Set).is_some() || special.binary(Binary::Delete).is_some();
            if let (Some(get), true) = (special.ternary(Ternary::Get), is_data) {
                return get(t, descriptor.borrow(), this.borrow(), class.borrow());
            }
        }
        if let Some(own) = namespace.get(t, name)? {
            return Ok(own);
        }
        match of_class {
            Some(descriptor) => call::bind(t, descriptor, Some(this.borrow()), class.borrow()),
            None => Err(attribute::no_attribute(t, this.borrow(), name)),
        }
    }

    #[method]
    fn __setattr__(t: &mut Thread, this: &Object<Self>, name: Ref<'_>, value: Ref<'_>) -> Result<()> {
        Local::store(this, t, name, Some(value))
    }

    #[method]
    fn __delattr__(t: &mut Thread, this: &Object<Self>, name: Ref<'_>) -> Result<()> {
        Local::store(this, t, name, None)
    }
}
