//! Programs whose hot loops are compiled, against the same programs interpreted.

use std::sync::{Arc, Mutex};

use ungil_interp::code::Code;
use ungil_interp::{boot, run_code};
use ungil_jit::Settings;
use ungil_objects::interpreter::Options;
use ungil_objects::types::dict::Dict;
use ungil_objects::{Thread, protocol, types};

/// What `r` is at the end of a module, or the exception that ended it.
fn run_module(t: &mut Thread, source: &str) -> String {
    let options = ungil_compile::Options::new(ungil_compile::Mode::Module);
    let spec = ungil_compile::compile(source, "<test>", options).expect("compiles").code;
    let code = Code::new(t, Arc::new(spec)).expect("code");
    let globals = Dict::new(t);
    if let Err(raised) = run_code(t, &code, &globals, globals.to_value()) {
        return types::exception::summary(t, raised.exception());
    }
    let name = t.interpreter().intern(t, "r");
    let result = globals.get_str(t, name).expect("the program sets r");
    protocol::text::repr(t, result.borrow()).expect("has a repr").to_string()
}

fn interpreted(source: &str) -> String {
    let (_, mut attached) = boot::start(Options::default()).expect("boots");
    run_module(attached.token(), source)
}

/// The result, and the traces as text.
fn traced(source: &str, threshold: u16) -> (String, Vec<String>) {
    let (interpreter, mut attached) = boot::start(Options::default()).expect("boots");
    let traces = Arc::new(Mutex::new(Vec::new()));
    let into = traces.clone();
    let printer = Box::new(move |text: &str| into.lock().expect("no panic").push(text.to_owned()));
    assert!(ungil_jit::install(interpreter, Settings { threshold, printer: Some(printer) }));
    let result = run_module(attached.token(), source);
    drop(attached);
    let traces = traces.lock().expect("no panic").clone();
    (result, traces)
}

/// Runs a program both ways; how many traces were made.
#[track_caller]
fn same(source: &str) -> usize {
    let expected = interpreted(source);
    let mut made = 0;
    for threshold in [2, 3, 10] {
        let (result, traces) = traced(source, threshold);
        assert_eq!(result, expected, "threshold {threshold}\n{source}\n{}", traces.join("\n"));
        made += traces.len();
    }
    made
}

/// A program that must be traced.
#[track_caller]
fn same_and_traced(source: &str) {
    assert!(same(source) > 0, "nothing was traced\n{source}");
}

#[test]
fn while_loop() {
    same_and_traced(
        "def f(n):\n    s = i = 0\n    while i < n:\n        s += i\n        i += 1\n    return s, i\nr = f(1000)\n",
    );
}

#[test]
fn range_loop() {
    same_and_traced(
        "def f(n):\n    s = 0\n    for i in range(n):\n        s += i * i % 7\n    return s, i\nr = f(1000), f(0) if 0 else 1, f(3)\n",
    );
}
