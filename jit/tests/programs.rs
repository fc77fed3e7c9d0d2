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
fn range_loops() {
    same_and_traced(
        "def f(*a):\n    s = 0\n    i = None\n    for i in range(*a):\n        s += i * i % 7 - i // 3\n    return s, i\nr = f(1000), f(0), f(3), f(-50, 50, 7), f(50, -50, -3)\n",
    );
}

#[test]
fn nested_loops_and_branches() {
    same_and_traced(
        "
def f(n):
    s = 0
    for i in range(n):
        for j in range(i):
            if (i ^ j) & 3 == 0:
                continue
            if j > 40 and i % 5 == 1:
                break
            s += i * j - (s >> 4)
            even = not s & 1
            if even or j == 7:
                s -= 1
    return s, i, j, even
r = f(60)
",
    );
}

#[test]
fn integers_grow_beyond_a_word() {
    same_and_traced(
        "
def fibonacci(n):
    a, b = 0, 1
    while n:
        a, b = b, a + b
        n -= 1
    return a
def product(n):
    p = 1
    for i in range(1, n):
        p *= i
    return p
def shift(n):
    x = 1
    for i in range(n):
        x = x << 1
    return x
r = fibonacci(200), product(40), shift(80), -shift(62), fibonacci(86)
",
    );
}

#[test]
fn types_change_in_the_middle() {
    same_and_traced(
        "
def f(n):
    s = 0
    log = []
    for i in range(n):
        s = s + i
        if i == n // 2:
            s = s + 0.5
        if i == n - 5:
            s = str(s)
            log.append(s)
            s = 3
    return s, log
def g(values, n):
    out = []
    for v in values:
        x = v
        i = 0
        while i < n:
            x = x + 1
            i += 1
        out.append(x)
    return out
r = f(100), g([1, 2.5, True, 10**30, 1e300], 30)
",
    );
}

#[test]
fn exceptions_come_from_the_interpreter() {
    same_and_traced(
        "
def f(n):
    i = n
    s = 0
    try:
        while True:
            s += 100 // i
            s += 100 % i
            i -= 1
    except ZeroDivisionError as e:
        return s, i, str(e)
def g(n):
    i = 0
    try:
        while i < n:
            i += 1
            if i == n - 1:
                raise KeyError(i)
            x = 1 << (n - i - 3)
    except (KeyError, ValueError) as e:
        return i, repr(e)
def h(n):
    for i in range(n):
        if i > 50:
            del i
        i
r = [f(100), g(60), g(30)]
try:
    h(100)
except UnboundLocalError as e:
    r.append(str(e))
",
    );
}

#[test]
fn floats() {
    same_and_traced(
        "
def f(n):
    x = 0.0
    y = 1.5
    for i in range(1, n):
        x = x + y / i - i * 0.25
        y = -y * 1.001
        if x > 1:
            x = x - 1
    return x, y
def big(n):
    x = 1.0
    for i in range(n):
        x = x * 10.0
    return x
def zero(n):
    x = 1.0
    i = 0
    while x:
        x = x / 2.0
        i += 1
    return x, i
def ints(n):
    s = 0.0
    for i in range(1, n):
        s += n / i
    return s
def divide(n):
    x = 5.0
    try:
        while True:
            x = x - 1.0
            y = 1.0 / x
    except ZeroDivisionError as e:
        return x, y, str(e)
r = f(500), big(100), big(400), zero(1), ints(300), divide(1), -zero(0)[0]
",
    );
}

#[test]
fn negative_division_and_shifts() {
    same_and_traced(
        "
def f(n):
    s = []
    for d in (1, 2, 3, 7, 8, -1, -2, -7):
        a = b = 0
        for i in range(-n, n):
            a += i // d
            b = b * 3 + i % d & 0xffff
            a ^= (i >> 1) | (i << 2)
            b += i // 8 + i % 8 + i // 5 + i % 5
        s.append((a, b))
    return s
r = f(50)
",
    );
}

#[test]
fn random_programs() {
    let mut traces = 0;
    for seed in 1..60 {
        traces += same(&random_program(seed));
    }
    assert!(traces > 30, "few of the random programs were traced: {traces}");
}

/// A loop over random arithmetic on a few locals.
fn random_program(seed: u64) -> String {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mut below = |bound: u64| {
        // xorshift64* (Vigna 2016).
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        state.wrapping_mul(0x2545_F491_4F6C_DD1D) % bound
    };
    const NAMES: [&str; 4] = ["a", "b", "c", "i"];
    const OPERATORS: [&str; 11] = ["+", "-", "*", "+", "-", "&", "|", "^", "//", "%", ">>"];
    let mut body = String::new();
    for _ in 0..2 + below(6) {
        let target = NAMES[below(3) as usize];
        let left = NAMES[below(4) as usize];
        let operator = OPERATORS[below(11) as usize];
        let right = match below(3) {
            0 => NAMES[below(4) as usize].to_owned(),
            _ => (below(40) as i64 - 8).to_string(),
        };
        match below(5) {
            0 => body.push_str(&format!(
                "        if {left} < {right}:\n            {target} = {left} {operator} {right}\n"
            )),
            1 => body.push_str(&format!("        {target} = ({left} {operator} {right}) & 0xfff\n")),
            2 => body.push_str(&format!("        {target} {operator}= {right}\n")),
            3 => body.push_str(&format!("        if {left} == {right} and {target} > 3: {target} = 0.5\n")),
            _ => body.push_str(&format!("        {target} = {left} {operator} {right}\n")),
        }
    }
    format!(
        "def f(a, b, c, n):\n  i = 0\n  try:\n    while i < n:\n        i += 1\n{body}        if a > 10 ** 17 or a < -10 ** 17: break\n  except (ZeroDivisionError, ValueError, TypeError, OverflowError) as e:\n    return a, b, c, i, str(e)\n  return a, b, c, i\nr = f(1, 2, 3, 25), f(5, -3, 1, 25), f(1, 2.5, 3, 25)\n"
    )
}

#[test]
fn traces_read_as_they_should() {
    let source = "def f(n):\n    s = i = 0\n    while i < n:\n        s += i\n        i += 1\n    return s\nr = f(100)\n";
    let (_, traces) = traced(source, 10);
    let expected = "\
loop at 5
  v0 = int in r2
  v1 = int in r0
  v2 = int in r1
  v3 = v0 < v1
  guard v3 is true else exit 0
  v5 = v2 + v0 else exit 1
  v6 = 1
  v7 = v0 + v6
  safepoint else exit 2
again with r2 = v7, r0 = v1, r1 = v5
exit 0 to 5: r2 = v0, r1 = v2
exit 1 to 9: r2 = v0, r1 = v2
exit 2 to 13: r2 = v7, r1 = v5
";
    assert_eq!(traces, [expected]);
}

#[test]
fn threads_run_traces_at_once() {
    let (interpreter, mut attached) = boot::start(Options::default()).expect("boots");
    assert!(ungil_jit::install(interpreter, Settings { threshold: 20, printer: None }));
    let source = "def f(n):\n    s = 0\n    for i in range(n):\n        s += i * i % 7\n    return s\nr = [f(1000) for _ in range(20)] and f(200000)\n";
    let expected = run_module(attached.token(), source);
    drop(attached);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let mut attached = interpreter.attach().expect("attaches");
                for _ in 0..3 {
                    assert_eq!(run_module(attached.token(), source), expected);
                }
            });
        }
    });
}
