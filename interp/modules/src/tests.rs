//! The modules as programs see them, called without an evaluator.

mod numbers;

use ungil_objects::boot::Attached;
use ungil_objects::hooks::Hooks;
use ungil_objects::interpreter::{Interpreter, Options};
use ungil_objects::object::Obj;
use ungil_objects::protocol::{attribute, call, text};
use ungil_objects::types::exception::summary;
use ungil_objects::types::list::List;
use ungil_objects::types::module::{Module, make_module};
use ungil_objects::types::text::Str;
use ungil_objects::types::tuple::Tuple;
use ungil_objects::{Ref, Result, Thread, Value};

fn boot() -> Attached {
    let (_, attached) =
        Interpreter::boot(Options::default(), Hooks::default(), ungil_objects::types::make_all)
            .expect("boots");
    attached
}

fn module(t: &mut Thread, name: &str) -> Obj<Module> {
    make_module(t, super::find(name).expect("is built in")).expect("can be made")
}

fn run(t: &mut Thread, module: &Obj<Module>, function: &str, args: &[&Value]) -> Result<Value> {
    let name = t.interpreter().intern(t, function);
    let function = attribute::get(t, module.borrow(), name)?;
    let args: Vec<Ref<'_>> = args.iter().map(|arg| arg.borrow()).collect();
    call::call(t, function.borrow(), &args)
}

#[track_caller]
fn shown(t: &mut Thread, result: Result<Value>) -> String {
    match result {
        Ok(value) => text::repr(t, value.borrow()).expect("has a repr").to_string(),
        Err(raised) => summary(t, raised.exception()),
    }
}

#[test]
fn sums_keep_what_floats_lose() {
    let mut t = boot();
    let t = t.token();
    let builtins = module(t, "builtins");
    let tenths: Vec<Value> = (0..10).filter_map(|_| Value::from_small_float(0.1)).collect();
    let list = List::from_values(t, tenths).into_value();
    let sum = run(t, &builtins, "sum", &[&list]);
    assert_eq!(shown(t, sum), "1.0");
    let list = List::from_values(t, (1..=4).map(Value::from_i32)).into_value();
    let sum = run(t, &builtins, "sum", &[&list]);
    assert_eq!(shown(t, sum), "10");
    let start = Str::from_str(t, "").into_value();
    let sum = run(t, &builtins, "sum", &[&list, &start]);
    assert_eq!(shown(t, sum), "TypeError: sum() can't sum strings [use ''.join(seq) instead]");
}

#[test]
fn extremes_of_nothing_and_of_several() {
    let mut t = boot();
    let t = t.token();
    let builtins = module(t, "builtins");
    let (two, three) = (Value::from_i32(2), Value::from_i32(3));
    let largest = run(t, &builtins, "max", &[&two, &three]);
    assert_eq!(shown(t, largest), "3");
    let empty = List::from_values(t, []).into_value();
    let smallest = run(t, &builtins, "min", &[&empty]);
    assert_eq!(shown(t, smallest), "ValueError: min() iterable argument is empty");
}

#[test]
fn classes_are_asked_in_tuples() {
    let mut t = boot();
    let t = t.token();
    let builtins = module(t, "builtins");
    let get = |t: &Thread, name: &str| builtins.get(t, name).expect("is there");
    let classes = Tuple::from_values(t, [get(t, "str"), get(t, "int")]).into_value();
    let answer = run(t, &builtins, "isinstance", &[&Value::TRUE, &classes]);
    assert_eq!(shown(t, answer), "True");
    let answer = run(t, &builtins, "isinstance", &[&Value::TRUE, &Value::NONE]);
    assert_eq!(
        shown(t, answer),
        "TypeError: isinstance() arg 2 must be a type, a tuple of types, or a union"
    );
    let (io_error, os_error) = (get(t, "IOError"), get(t, "OSError"));
    assert!(io_error.borrow().is(os_error.borrow()));
}

#[test]
fn numbers_are_shown_in_other_bases() {
    let mut t = boot();
    let t = t.token();
    let builtins = module(t, "builtins");
    let number = Value::from_i32(-255);
    for (function, text) in [("hex", "'-0xff'"), ("oct", "'-0o377'"), ("bin", "'-0b11111111'")] {
        let result = run(t, &builtins, function, &[&number]);
        assert_eq!(shown(t, result), text);
    }
    let result = run(t, &builtins, "chr", &[&number]);
    assert_eq!(shown(t, result), "ValueError: chr() arg not in range(0x110000)");
}

#[test]
fn the_system_describes_itself() {
    let mut t = boot();
    let t = t.token();
    let sys = module(t, "sys");
    let version = sys.get(t, "version_info").expect("is there");
    assert_eq!(
        shown(t, Ok(version)),
        "sys.version_info(major=3, minor=14, micro=0, releaselevel='final', serial=0)"
    );
    let digits = Value::from_i32(100);
    let refused = run(t, &sys, "set_int_max_str_digits", &[&digits]);
    assert_eq!(shown(t, refused), "ValueError: maxdigits must be >= 640 or 0 for unlimited");
    let exit = run(t, &sys, "exit", &[&digits]).expect_err("raises").into_exception();
    let code = t.interpreter().intern(t, "code");
    let code = attribute::get(t, exit.borrow(), code);
    assert_eq!(shown(t, code), "100");
}

#[test]
fn type_parameters_are_checked_and_shown() {
    let mut t = boot();
    let t = t.token();
    let typing = module(t, "_typing");
    let name = Str::from_str(t, "T").into_value();
    let variable = run(t, &typing, "TypeVar", &[&name]);
    assert_eq!(shown(t, variable), "~T");
    let inferred = run(t, &typing, "_make_type_variable", &[&name]).expect("makes one");
    let default = t.interpreter().intern(t, "__default__");
    let default = attribute::get(t, inferred.borrow(), default);
    assert_eq!(shown(t, default), "typing.NoDefault");
    assert_eq!(shown(t, Ok(inferred)), "T");
    let refused = run(t, &typing, "TypeVar", &[&name, &Value::NONE]);
    assert_eq!(shown(t, refused), "TypeError: A single constraint is not allowed");
}
