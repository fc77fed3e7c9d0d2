//! The modules of numbers and iterators: made, and called.

use ungil_objects::hooks::Hooks;
use ungil_objects::interpreter::Options;
use ungil_objects::protocol::{call, text};
use ungil_objects::types::module::make_module;
use ungil_objects::types::text::Str;
use ungil_objects::{Interpreter, Ref, Thread, Value};

fn call_in(t: &mut Thread, module: &str, function: &str, args: &[Ref<'_>]) -> String {
    let module = make_module(t, crate::find(module).expect("is there")).expect("can be made");
    let function = module.get(t, function).expect("is there");
    match call::call(t, function.borrow(), args) {
        Ok(answer) => text::repr(t, answer.borrow()).expect("has a repr").to_string(),
        Err(raised) => ungil_objects::types::exception::summary(t, raised.exception()),
    }
}

#[test]
fn modules_are_made_and_their_functions_called() {
    let (_, mut t) = Interpreter::boot(Options::default(), Hooks::default(), ungil_objects::types::make_all)
        .expect("boots");
    let t = &mut *t;
    // Modules that name no class of the evaluator's.
    for name in [
        "_bisect",
        "_functools",
        "_heapq",
        "_operator",
        "_random",
        "_statistics",
        "cmath",
        "itertools",
        "math",
        "time",
    ] {
        let made = make_module(t, crate::find(name).expect("is there"));
        assert!(made.is_ok(), "{name}: {:?}", made.err());
    }
    let (nine, negative) = (Value::from_i32(9), Value::from_i32(-1));
    assert_eq!(call_in(t, "math", "sqrt", &[nine.borrow()]), "3.0");
    assert_eq!(
        call_in(t, "math", "sqrt", &[negative.borrow()]),
        "ValueError: expected a nonnegative input, got -1.0"
    );
    assert_eq!(call_in(t, "math", "comb", &[nine.borrow(), Value::from_i32(4).borrow()]), "126");
    let format = Str::from_str(t, "%Y-%m-%d");
    let module = make_module(t, crate::find("time").expect("is there")).expect("can be made");
    let gmtime = module.get(t, "gmtime").expect("is there");
    let day = call::call(t, gmtime.borrow(), &[Value::from_i32(86400).borrow()]).expect("is a day");
    let shown = text::repr(t, day.borrow()).expect("has a repr").to_string();
    assert!(shown.starts_with("time.struct_time(tm_year=1970, tm_mon=1, tm_mday=2, "), "{shown}");
    let strftime = module.get(t, "strftime").expect("is there");
    let text = call::call(t, strftime.borrow(), &[format.borrow(), day.borrow()]).expect("is a text");
    assert!(text.downcast_ref::<Str>().is_some_and(|text| text.is_text("1970-01-02")));
}
