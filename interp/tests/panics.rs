//! Panics of an embedder's native code, seen from Python.

mod local_mode;

use std::sync::Arc;

use local_mode::options;

use ungil_interp::code::Code;
use ungil_interp::{boot, run_code};
use ungil_macros::{class, module};
use ungil_objects::boot::make;
use ungil_objects::call::{Args, call_native};
use ungil_objects::class::Class;
use ungil_objects::trace::{Trace, Tracer};
use ungil_objects::types::dict::Dict;
use ungil_objects::types::exception::summary;
use ungil_objects::types::native::NativeFunction;
use ungil_objects::{Exc, Object, Ref, Thread, Value, payload};

#[module(name = "callbacks")]
mod callbacks {
    use super::*;

    #[function]
    fn explode(_argument: Ref<'_>) -> Value {
        panic!("boom")
    }

    #[function]
    fn explode_with(args: Args<'_>) -> Value {
        panic!("{} arguments", args.values().len())
    }
}

/// An object whose operators panic.
struct Fragile;

payload!(Fragile, plain);

impl Trace for Fragile {
    fn trace(&self, _: &mut Tracer<'_>) {}
}

/// Breaks.
#[class(name = "fragile", module = "callbacks", final)]
impl Fragile {
    #[new]
    fn new(t: &mut Thread, class: &Object<Class>) -> Value {
        t.alloc_with_shape(class.root_shape(), Fragile).into_value()
    }

    #[method]
    fn __len__(&self) -> usize {
        panic!("no length")
    }

    #[getter]
    fn colour(&self) -> i64 {
        panic!("no colour")
    }
}

/// Runs a program that may use the native code above, and gives its `r` as text.
fn run(source: &str) -> String {
    let (_, mut attached) = boot::start(options()).expect("boots");
    let t = attached.token();
    make::<Fragile>(t).expect("the class can be made");
    let globals = Dict::new(t);
    let fragile = t.shape_of::<Fragile>().class().to_value();
    for (name, value) in [("fragile", fragile)].into_iter().chain(functions(t)) {
        let name = t.interpreter().intern(t, name);
        globals.set_str(t, name, value).expect("a dict takes strings");
    }
    let options = ungil_compile::Options::new(ungil_compile::Mode::Module);
    let spec = ungil_compile::compile(source, "<test>", options).expect("compiles").code;
    let code = Code::new(t, Arc::new(spec)).expect("code");
    if let Err(raised) = run_code(t, &code, &globals, globals.to_value()) {
        return summary(t, raised.exception());
    }
    let name = t.interpreter().intern(t, "r");
    let result = globals.get_str(t, name).expect("the program binds r");
    ungil_objects::protocol::text::str(t, result.borrow()).expect("has a text").to_string()
}

fn functions(t: &Thread) -> Vec<(&'static str, Value)> {
    let make = |def| NativeFunction::new(t, def, None).into_value();
    callbacks::DEF.functions.iter().map(|def| (def.name, make(def))).collect()
}

fn caught(body: &str) -> String {
    run(&format!("try:\n    {body}\n    r = 'nothing raised'\nexcept SystemError as error:\n    r = error\n"))
}

#[test]
fn a_panicking_function_raises_system_error() {
    assert_eq!(caught("explode(1)"), "native code panicked in explode: boom");
    assert_eq!(caught("explode_with(1, b=2)"), "native code panicked in explode_with: 2 arguments");
    assert_eq!(caught("explode_with(*[1, 2, 3])"), "native code panicked in explode_with: 3 arguments");
}

#[test]
fn a_panic_below_native_code_is_raised_by_the_function_that_panicked() {
    assert_eq!(caught("list(map(explode, [1]))"), "native code panicked in explode: boom");
    assert_eq!(caught("sorted([2, 1], key=explode)"), "native code panicked in explode: boom");
}

#[test]
fn panicking_operators_and_attributes_raise_system_error() {
    assert_eq!(caught("len(fragile())"), "native code panicked in len: no length");
    assert_eq!(caught("fragile().colour"), "native code panicked in colour: no colour");
    assert_eq!(caught("not fragile()"), "native code panicked in not: no length");
}

#[test]
fn the_program_goes_on_after_a_panic() {
    let program = "
def attempt(n):
    try:
        return explode(n)
    except SystemError:
        return n
    finally:
        log.append(n)
log = []
r = (sum(attempt(n) for n in range(1000)), len(log), fragile().__class__.__name__)
";
    assert_eq!(run(program), "(499500, 1000, 'fragile')");
}

#[test]
fn an_uncaught_panic_is_an_uncaught_exception() {
    assert_eq!(run("explode(None)"), "SystemError: native code panicked in explode: boom");
}

#[test]
fn without_an_eval_loop_the_caller_gets_the_exception() {
    let (_, mut attached) = boot::start(options()).expect("boots");
    let t = attached.token();
    let argument = Value::NONE;
    let values = [argument.borrow()];
    let result = call_native(t, &callbacks::DEF.functions[0], Args::positional_only(&values));
    assert!(result.is_err_and(|raised| raised.is(t, Exc::SystemError)));
}
