//! `_collections`, `_weakref`, `_abc`, `_contextvars`, `_queue` and `atexit`, without an evaluator.

use std::time::{Duration, Instant};

use ungil_objects::boot::Attached;
use ungil_objects::call::Args;
use ungil_objects::hooks::Hooks;
use ungil_objects::interpreter::Options;
use ungil_objects::protocol::{attribute, call, iterate, subscript, text};
use ungil_objects::types::dict::Dict;
use ungil_objects::types::exception::summary;
use ungil_objects::types::list::List;
use ungil_objects::types::module::make_module;
use ungil_objects::types::set::Set;
use ungil_objects::types::text::Str;
use ungil_objects::types::tuple::Tuple;
use ungil_objects::{Exc, Interpreter, Raised, Ref, Result, Thread, Value};

fn boot(never_local: bool) -> Attached {
    let options = Options { never_local, ..Options::default() };
    Interpreter::boot(options, Hooks::default(), ungil_objects::types::make_all).expect("boots").1
}

fn in_all_modes(test: impl Fn(&mut Thread)) {
    [false, true].into_iter().for_each(|never_local| test(boot(never_local).token()));
}

fn module(t: &mut Thread, name: &str) -> Value {
    let def = ungil_modules::find(name).expect("is built in");
    match make_module(t, def) {
        Ok(module) => module.into_value(),
        Err(raised) => panic!("{name}: {}", summary(t, raised.exception())),
    }
}

fn member(t: &mut Thread, of: &Value, name: &str) -> Value {
    let name = t.interpreter().intern(t, name);
    attribute::get(t, of.borrow(), name).expect("is there")
}

fn method(t: &mut Thread, of: &Value, name: &str, args: &[Ref<'_>]) -> Result<Value> {
    let name = t.interpreter().intern(t, name);
    call::call_method(t, of.borrow(), name, args)
}

fn int(value: i32) -> Value {
    Value::from_i32(value)
}

fn shown(t: &mut Thread, value: &Value) -> String {
    text::repr(t, value.borrow()).expect("shows").to_string()
}

/// The exception of an operation that must fail.
fn failure(result: Result<Value>) -> Raised {
    result.expect_err("raises")
}

#[test]
fn a_deque_takes_items_at_both_ends_and_keeps_its_bound() {
    in_all_modes(|t| {
        let collections = module(t, "_collections");
        let class = member(t, &collections, "deque");
        let items = List::from_values(t, (0..6).map(Value::from_i32)).into_value();
        let deque = call::call(t, class.borrow(), &[items.borrow(), int(4).borrow()]).expect("makes");
        assert_eq!(shown(t, &deque), "deque([2, 3, 4, 5], maxlen=4)");
        method(t, &deque, "appendleft", &[int(9).borrow()]).expect("appends");
        method(t, &deque, "rotate", &[int(-1).borrow()]).expect("rotates");
        assert_eq!(shown(t, &deque), "deque([2, 3, 4, 9], maxlen=4)");
        let iterator = iterate::iter(t, deque.borrow()).expect("iterates");
        method(t, &deque, "pop", &[]).expect("not empty");
        let changed = iterate::next(t, iterator.borrow()).expect_err("mutated");
        assert_eq!(summary(t, changed.exception()), "RuntimeError: deque mutated during iteration");
        let last = subscript::get(t, deque.borrow(), int(-1).borrow()).expect("has one");
        assert_eq!(last.borrow().as_small_int(), Some(4));
    });
}

#[test]
fn the_dicts_of_collections() {
    in_all_modes(|t| {
        let collections = module(t, "_collections");
        let class = member(t, &collections, "defaultdict");
        let list = t.shape_of::<List>().class().to_value();
        let groups = call::call(t, class.borrow(), &[list.borrow()]).expect("makes");
        let group = subscript::get(t, groups.borrow(), int(1).borrow()).expect("makes the missing");
        method(t, &group, "append", &[int(5).borrow()]).expect("appends");
        assert_eq!(shown(t, &groups), "defaultdict(<class 'list'>, {1: [5]})");
        let class = member(t, &collections, "OrderedDict");
        let ordered = call::call(t, class.borrow(), &[]).expect("makes");
        for key in 0..3 {
            subscript::set(t, ordered.borrow(), int(key).borrow(), Value::NONE.borrow()).expect("sets");
        }
        method(t, &ordered, "move_to_end", &[int(0).borrow()]).expect("is there");
        assert_eq!(shown(t, &ordered), "OrderedDict({1: None, 2: None, 0: None})");
        let counts = Dict::new(t).into_value();
        let letters = Str::from_str(t, "hello").into_value();
        method(t, &collections, "_count_elements", &[counts.borrow(), letters.borrow()]).expect("counts");
        assert_eq!(shown(t, &counts), "{'h': 1, 'e': 1, 'l': 2, 'o': 1}");
    });
}

#[test]
fn weak_references_are_shared_and_die_with_their_referents() {
    in_all_modes(|t| {
        let weakref = module(t, "_weakref");
        let target = Set::new(t).into_value();
        let reference = method(t, &weakref, "ref", &[target.borrow()]).expect("refers");
        let again = method(t, &weakref, "ref", &[target.borrow()]).expect("refers");
        assert!(reference.borrow().is(again.borrow()));
        let upgraded = call::call(t, reference.borrow(), &[]).expect("lives");
        assert!(upgraded.borrow().is(target.borrow()));
        let proxy = method(t, &weakref, "proxy", &[target.borrow()]).expect("stands for it");
        method(t, &proxy, "add", &[int(1).borrow()]).expect("adds");
        assert_eq!(shown(t, &target), "{1}");
        drop((upgraded, target));
        assert!(call::call(t, reference.borrow(), &[]).expect("died").is_none());
        let dead = failure(method(t, &proxy, "add", &[int(1).borrow()]));
        assert!(dead.is(t, Exc::ReferenceError));
        let refused = failure(method(t, &weakref, "ref", &[int(1).borrow()]));
        let message = "TypeError: cannot create weak reference to 'int' object";
        assert_eq!(summary(t, refused.exception()), message);
    });
}

#[test]
fn contexts_keep_their_values_apart() {
    in_all_modes(|t| {
        let contextvars = module(t, "_contextvars");
        let class = member(t, &contextvars, "ContextVar");
        let name = Str::from_str(t, "x");
        let variable = call::call(t, class.borrow(), &[name.borrow()]).expect("makes");
        assert!(failure(method(t, &variable, "get", &[])).is(t, Exc::LookupError));
        let token = method(t, &variable, "set", &[int(1).borrow()]).expect("sets");
        let copy = method(t, &contextvars, "copy_context", &[]).expect("copies");
        let set = member(t, &variable, "set");
        method(t, &copy, "run", &[set.borrow(), int(2).borrow()]).expect("sets there");
        let here = method(t, &variable, "get", &[]).expect("has a value");
        let there = subscript::get(t, copy.borrow(), variable.borrow()).expect("has a value");
        assert_eq!((here.borrow().as_small_int(), there.borrow().as_small_int()), (Some(1), Some(2)));
        method(t, &variable, "reset", &[token.borrow()]).expect("resets");
        assert!(failure(method(t, &variable, "get", &[])).is(t, Exc::LookupError));
        assert!(failure(method(t, &variable, "reset", &[token.borrow()])).is(t, Exc::RuntimeError));
        drop(t.context.take());
    });
}

#[test]
fn a_getter_waits_for_another_threads_put() {
    let mut t = boot(false);
    let t = t.token();
    let queue_module = module(t, "_queue");
    let queue = method(t, &queue_module, "SimpleQueue", &[]).expect("makes");
    let began = Instant::now();
    let nothing = failure(method(t, &queue, "get", &[Value::TRUE.borrow(), int(0).borrow()]));
    assert_eq!(summary(t, nothing.exception()), "Empty");
    assert!(began.elapsed() < Duration::from_secs(5));
    let interpreter = t.interpreter();
    let handle = queue.clone().into_handle(t);
    let putter = std::thread::spawn(move || {
        let mut t = interpreter.attach().expect("attaches");
        let queue = handle.get(&t).to_value();
        for item in 0..100 {
            method(t.token(), &queue, "put", &[int(item).borrow()]).expect("puts");
        }
    });
    for expected in 0..100 {
        let item = method(t, &queue, "get", &[]).expect("gets");
        assert_eq!(item.borrow().as_small_int(), Some(expected));
    }
    t.blocking(|| putter.join()).expect("no panic");
}

#[test]
fn exit_functions_run_backwards_with_their_arguments() {
    in_all_modes(|t| {
        let atexit = module(t, "atexit");
        let list = List::from_values(t, []).into_value();
        let append = member(t, &list, "append");
        for item in [1, 2] {
            method(t, &atexit, "register", &[append.borrow(), int(item).borrow()]).expect("registers");
        }
        let sort = member(t, &list, "sort");
        let names = Tuple::from_values(t, [t.interpreter().intern(t, "reverse").to_value()]);
        let values = [sort.borrow(), ungil_objects::value::TRUE];
        let register = member(t, &atexit, "register");
        call::call_args(t, register.borrow(), Args::new(&values, Some(&names))).expect("registers");
        ungil_modules::atexit::run_exit_functions(t);
        assert_eq!(shown(t, &list), "[2, 1]");
        let left = method(t, &atexit, "_ncallbacks", &[]).expect("counts");
        assert_eq!(left.borrow().as_small_int(), Some(0));
    });
}
