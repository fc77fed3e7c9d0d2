//! A class, defined as an embedder defines it, in a running object model without evaluator.

use std::sync::atomic::{AtomicI64, Ordering};

use ungil_macros::class;
use ungil_objects::boot::{Attached, make};
use ungil_objects::call::Args;
use ungil_objects::class::Class;
use ungil_objects::hooks::Hooks;
use ungil_objects::interpreter::Options;
use ungil_objects::protocol::{attribute, call, convert};
use ungil_objects::trace::{Trace, Tracer};
use ungil_objects::types::exception::summary;
use ungil_objects::types::make_all;
use ungil_objects::types::text::Str;
use ungil_objects::types::tuple::Tuple;
use ungil_objects::value::TRUE;
use ungil_objects::{Exc, Interpreter, Object, Result, Thread, Value, payload};

/// A number that threads add to.
struct Tally {
    count: AtomicI64,
}

payload!(Tally, plain);

impl Trace for Tally {
    fn trace(&self, _: &mut Tracer<'_>) {}
}

/// Counts.
#[class(name = "tally", module = "counting", final)]
impl Tally {
    #[new]
    fn new(t: &mut Thread, class: &Object<Class>, start: Option<i64>) -> Value {
        let count = AtomicI64::new(start.unwrap_or(0));
        t.alloc_with_shape(class.root_shape(), Tally { count }).into_value()
    }

    #[method(signature = "(by=1, *, twice=False)")]
    fn add(&self, by: i64, twice: bool) -> i64 {
        let by = if twice { 2 * by } else { by };
        self.count.fetch_add(by, Ordering::Relaxed) + by
    }

    #[method]
    fn __len__(&self) -> usize {
        self.count.load(Ordering::Relaxed) as usize
    }

    #[method]
    fn __call__(this: &Object<Self>, args: Args<'_>) -> usize {
        this.__len__() + args.values().len()
    }

    #[getter]
    fn count(&self) -> i64 {
        self.count.load(Ordering::Relaxed)
    }

    #[setter]
    fn set_count(&self, value: i64) {
        self.count.store(value, Ordering::Relaxed);
    }
}

fn boot() -> Attached {
    let boot = Interpreter::boot(Options::default(), Hooks::default(), |t| {
        make_all(t)?;
        make::<Tally>(t)
    });
    boot.expect("the built-in classes can be made").1
}

fn integer(t: &Thread, result: Result<Value>) -> i64 {
    match result {
        Ok(value) => value.borrow().as_small_int().expect("a small integer"),
        Err(raised) => panic!("{}", summary(t, raised.exception())),
    }
}

#[test]
fn instances_have_methods_attributes_and_slots() {
    let t = &mut boot();
    let class = t.shape_of::<Tally>().class();
    let [four, seven] = [4, 7].map(Value::from_i32);
    let tally = call::call(t, class.borrow(), &[four.borrow()]).expect("an instance");
    let tally = tally.borrow();
    let [add, twice, count] = ["add", "twice", "count"].map(|name| t.interpreter().intern(t, name));
    let added = call::call_method(t, tally, add, &[]);
    assert_eq!(integer(t, added), 5);
    let bound = attribute::get(t, tally, add).expect("a method");
    let names = Tuple::from_values(t, vec![twice.to_value()]);
    let values = [four.borrow(), TRUE];
    let added = call::call_args(t, bound.borrow(), Args::new(&values, Some(&names)));
    assert_eq!(integer(t, added), 13);
    assert_eq!(convert::length(t, tally).ok(), Some(13));
    let called = call::call(t, tally, &[four.borrow()]);
    assert_eq!(integer(t, called), 14);
    attribute::set(t, tally, count, seven).expect("can be set");
    let read = attribute::get(t, tally, count);
    assert_eq!(integer(t, read), 7);
    let kept = attribute::delete(t, tally, count).expect_err("cannot be deleted");
    assert!(kept.is(t, Exc::AttributeError));
}

#[test]
fn a_receiver_of_another_class_is_refused() {
    let t = &mut boot();
    let class = t.shape_of::<Tally>().class();
    let name = t.interpreter().intern(t, "add");
    let add = class.namespace().get_str(t, name).expect("a method");
    let text = Str::from_str(t, "text");
    let refused = call::call(t, add.borrow(), &[text.borrow()]).expect_err("text is no tally");
    let expected = "descriptor 'add' for 'tally' objects doesn't apply to a 'str' object";
    let told = summary(t, refused.exception());
    assert!(told.contains(expected), "{told}");
}
