//! Small programs through compiler and eval loop.
mod local_mode;

use std::sync::Arc;

use local_mode::options;
use ungil_interp::{boot, code::Code, run_code};
use ungil_objects::types::dict::Dict;

fn run(source: &str) -> String {
    let (_, mut t) = boot::start(options()).expect("boots");
    let t = t.token();
    let spec =
        ungil_compile::compile(source, "<test>", ungil_compile::Options::new(ungil_compile::Mode::Module))
            .expect("compiles")
            .code;
    if std::env::var("DIS").is_ok() {
        println!("{}", spec.to_text());
    }
    let code = Code::new(t, Arc::new(spec)).expect("code");
    let globals = Dict::new(t);
    match run_code(t, &code, &globals, globals.to_value()) {
        Ok(_) => {}
        Err(raised) => return ungil_objects::types::exception::summary(t, raised.exception()),
    }
    let name = t.interpreter().intern(t, "r");
    match globals.get_str(t, name) {
        Some(value) => ungil_objects::protocol::text::repr(t, value.borrow())
            .map(|text| text.to_string())
            .unwrap_or_else(|_| "error".into()),
        None => "no r".into(),
    }
}

#[test]
fn arithmetic() {
    assert_eq!(run("r = 1 + 2 * 3"), "7");
}
#[test]
fn fib() {
    assert_eq!(
        run("def fib(n):\n    if n < 2:\n        return n\n    return fib(n-1) + fib(n-2)\nr = fib(15)\n"),
        "610"
    );
}
#[test]
fn loops() {
    assert_eq!(run("r = []\nfor i in [1,2,3]:\n    r.append(i * i)\n"), "[1, 4, 9]");
}
#[test]
fn exceptions() {
    assert_eq!(run("try:\n    1 // 0\nexcept ZeroDivisionError as e:\n    r = 'caught'\n"), "'caught'");
}
#[test]
fn classes() {
    assert_eq!(
        run(
            "class A:\n    x = 1\n    def __init__(self, y):\n        self.y = y\n    def get(self, k=2, *a, **kw):\n        return self.x + self.y + k\na = A(10)\nr = [a.get(), a.get(5), a.get(k=7), a.get(*[1])]\n"
        ),
        "[13, 16, 18, 12]"
    );
}
#[test]
fn generators() {
    assert_eq!(
        run(
            "def g(n):\n    for i in range(n):\n        x = yield i\n    return 5\ndef h():\n    v = yield from g(3)\n    yield v\nr = list(h()) + [i for i in g(2)]\n"
        ),
        "[0, 1, 2, 5, 0, 1]"
    );
}
#[test]
fn closures() {
    assert_eq!(
        run(
            "def f():\n    n = 0\n    def g():\n        nonlocal n\n        n += 1\n        return n\n    return g\ng = f()\ng(); g()\nr = g()\n"
        ),
        "3"
    );
}
#[test]
fn strings() {
    assert_eq!(
        run("s = ''\nfor i in range(5):\n    s += f'{i:02d}|'\nr = s.upper().split('|')\n"),
        "['00', '01', '02', '03', '04', '']"
    );
}
