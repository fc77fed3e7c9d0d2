//! `_queue`: `SimpleQueue`, an unbounded queue on which threads wait properly.
//!
//! **Protocol.** The items lie behind the object's lock. Beside them is a count of puts behind a mutex with a condition variable. A getter
//! notes the count, then looks for an item; if there is none it detaches and waits until the count differs from what it
//! noted. A putter stores its item before it steps the count, so that no put between look and wait is missed.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};
use ungil_macros::{class, module};
use ungil_objects::call::Args;
use ungil_objects::class::{Class, ClassDef, ClassFlags, make_class};
use ungil_objects::error::{Exc, Raised};
use ungil_objects::fields::{Fixed, Guarded, admit};
use ungil_objects::layout::Payload;
use ungil_objects::object::{Obj, Object};
use ungil_objects::protocol::{call, convert};
use ungil_objects::trace::{Trace, Tracer};
use ungil_objects::types::exception::{Exception, class_of};
use ungil_objects::types::module::{Module, add_to_module};
use ungil_objects::{Ref, Result, Thread, Value, payload, raise};

/// The interpreter's reference to the class `Empty`.
const EMPTY: &str = "queue.Empty";

/// The part of the module `queue` that is not written in Python.
#[module(name = "_queue", classes(SimpleQueue))]
pub mod module {
    use super::*;

    #[setup]
    fn begin(t: &mut Thread, module: &Object<Module>) -> Result<()> {
        static DEF: ClassDef = ClassDef {
            name: "Empty",
            module: "_queue",
            doc: "A queue had nothing to give to a caller that did not wait longer.",
            flags: ClassFlags::BASE.with(ClassFlags::EXCEPTION),
            has_attributes: true,
            ..ClassDef::EMPTY
        };
        let base = class_of(t, Exc::Exception);
        let class = make_class(t, Exception::layout(), &DEF, &[base])?;
        t.interpreter().set_root(t, EMPTY, class.to_value());
        add_to_module(t, module, "Empty", class.into_value())
    }
}

/// The payload of `SimpleQueue`.
pub struct SimpleQueue {
    items: Guarded<VecDeque<Fixed>>,
    puts: Mutex<u64>,
    was_put: Condvar,
}

payload!(SimpleQueue, collected);

impl Trace for SimpleQueue {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.items.trace(tracer);
    }
}

/// How long a getter waits.
#[derive(Copy, Clone)]
enum Wait {
    Not,
    Until(Instant),
    Forever,
}

impl SimpleQueue {
    /// Waits until something was put after the count was `seen`; `false` when the time is up.
    fn wait(&self, seen: u64, wait: Wait) -> bool {
        let mut puts = self.puts.lock();
        while *puts == seen {
            match wait {
                Wait::Not => return false,
                Wait::Forever => self.was_put.wait(&mut puts),
                Wait::Until(deadline) => {
                    if self.was_put.wait_until(&mut puts, deadline).timed_out() {
                        return *puts != seen;
                    }
                }
            }
        }
        true
    }
}

fn put(t: &Thread, queue: &Object<SimpleQueue>, item: Ref<'_>) {
    let item = admit(t, queue.header(), item.to_value());
    queue.items.with(t, queue.header(), |items| items.push_back(item));
    *queue.puts.lock() += 1;
    queue.was_put.notify_one();
}

fn take(t: &Thread, queue: &Object<SimpleQueue>) -> Option<Value> {
    queue.items.with(t, queue.header(), VecDeque::pop_front).map(Fixed::into_value)
}

fn get(t: &mut Thread, queue: &Object<SimpleQueue>, wait: Wait) -> Result<Value> {
    loop {
        let seen = *queue.puts.lock();
        if let Some(item) = take(t, queue) {
            return Ok(item);
        }
        let simple: &SimpleQueue = queue;
        let may_try_again = !matches!(wait, Wait::Not) && t.blocking(|| simple.wait(seen, wait));
        (t.interpreter().hooks().safepoint)(t)?;
        if !may_try_again {
            return Err(empty(t));
        }
    }
}

/// The exception `Empty`.
#[cold]
fn empty(t: &mut Thread) -> Raised {
    let Some(class) = t.interpreter().root(t, EMPTY) else {
        return ungil_objects::error!(t, RuntimeError, "the module _queue is gone");
    };
    match call::call(t, class.borrow(), &[]).map(Value::downcast::<Exception>) {
        Ok(Ok(exception)) => Raised::from_exception(exception),
        Ok(Err(_)) => ungil_objects::error!(t, TypeError, "Empty() made no exception"),
        Err(raised) => raised,
    }
}

/// A queue without a limit, from which the oldest item comes first. Putting never waits.
#[class(name = "SimpleQueue", module = "_queue")]
impl SimpleQueue {
    #[new]
    fn new(t: &mut Thread, class: &Object<Class>, args: Args<'_>) -> Result<Obj<SimpleQueue>> {
        args.unpack::<0>(t, "SimpleQueue", 0)?;
        let payload = SimpleQueue {
            items: Guarded::new(VecDeque::new()),
            puts: Mutex::default(),
            was_put: Condvar::new(),
        };
        Ok(t.alloc_with_shape(class.root_shape(), payload))
    }

    /// Appends `item`. That never waits: `block` and `timeout` are there because `Queue.put` has them, and mean nothing.
    #[method(name = "put", signature = "(item, block=True, timeout=None)")]
    fn put_item(
        t: &mut Thread,
        this: &Object<SimpleQueue>,
        item: Ref<'_>,
        _block: Option<Ref<'_>>,
        _timeout: Option<Ref<'_>>,
    ) {
        put(t, this, item);
    }

    /// Appends `item`, as `put` does.
    #[method(signature = "(item)")]
    fn put_nowait(t: &mut Thread, this: &Object<SimpleQueue>, item: Ref<'_>) {
        put(t, this, item);
    }

    /// Takes the oldest item, waiting for one if there is none.
    ///
    /// A false `block` means not to wait, and `timeout` for how many seconds at most; without an item by then `Empty` is raised.
    #[method(name = "get", signature = "(block=True, timeout=None)")]
    fn get_item(
        t: &mut Thread,
        this: &Object<SimpleQueue>,
        block: bool,
        timeout: Option<Ref<'_>>,
    ) -> Result<Value> {
        let wait = match timeout {
            _ if !block => Wait::Not,
            None => Wait::Forever,
            Some(timeout) => {
                let seconds = convert::to_f64(t, timeout)?;
                if seconds < 0.0 {
                    raise!(t, ValueError, "'timeout' must be a non-negative number");
                }
                // A time beyond what the clock can tell is for ever.
                let timeout = Duration::try_from_secs_f64(seconds).ok();
                timeout
                    .and_then(|timeout| Instant::now().checked_add(timeout))
                    .map_or(Wait::Forever, Wait::Until)
            }
        };
        get(t, this, wait)
    }

    /// Takes the oldest item, or raises `Empty` at once.
    #[method]
    fn get_nowait(t: &mut Thread, this: &Object<SimpleQueue>) -> Result<Value> {
        get(t, this, Wait::Not)
    }

    /// Whether there was no item at the moment of asking; other threads may have changed that since.
    #[method]
    fn empty(t: &mut Thread, this: &Object<SimpleQueue>) -> bool {
        this.items.with(t, this.header(), |items| items.is_empty())
    }

    /// How many items there were at the moment of asking; other threads may have changed that since.
    #[method]
    fn qsize(t: &mut Thread, this: &Object<SimpleQueue>) -> usize {
        this.items.with(t, this.header(), |items| items.len())
    }

    /// An alias such as `SimpleQueue[int]`, for annotations.
    #[classmethod]
    fn __class_getitem__(t: &mut Thread, class: &Object<Class>, item: Ref<'_>) -> Value {
        ungil_objects::types::generic_alias::GenericAlias::of_class(t, class, item)
    }
}
