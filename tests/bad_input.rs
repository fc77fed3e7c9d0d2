//! What goes wrong in the hands of a user: bad programs, bad command lines, recursion without end. Each must end with the message that a
//! Python user expects and the status that belongs to it; never in a panic, an abort or a hang.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use wait_timeout::ChildExt;

/// The longest that a run may take, with a generous margin for slow machines and builds without optimisation.
const TIME_LIMIT: Duration = Duration::from_secs(120);

/// How a run of the command ended.
struct Run {
    status: i32,
    out: String,
    err: String,
}

impl Run {
    /// The last line of standard error.
    fn message(&self) -> &str {
        self.err.lines().last().unwrap_or_default()
    }

    #[track_caller]
    fn expect(self, status: i32, message: &str) -> Run {
        assert_eq!(self.status, status, "exit status; standard error:\n{}", self.err);
        assert!(
            self.message().starts_with(message),
            "the last line is {:?}, not {message:?}",
            self.message()
        );
        assert!(!self.err.contains("internal error"), "{}", self.err);
        self
    }
}

/// Runs the command in a folder of its own, with a program on standard input if there is one.
fn ungil(arguments: &[&str], program: &str) -> Run {
    let mut child = Command::new(env!("CARGO_BIN_EXE_ungil"))
        .args(arguments)
        .current_dir(env!("CARGO_TARGET_TMPDIR"))
        .env("PYTHON_COLORS", "0")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    // A command that refuses its arguments does not read.
    let _ = stdin.write_all(program.as_bytes());
    drop(stdin);
    let (mut out, mut err) = (child.stdout.take().expect("a pipe"), child.stderr.take().expect("a pipe"));
    let read = |stream: &mut dyn std::io::Read| {
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).expect("readable");
        String::from_utf8_lossy(&bytes).into_owned()
    };
    std::thread::scope(|scope| {
        let (out, err) = (scope.spawn(move || read(&mut out)), scope.spawn(move || read(&mut err)));
        let status = match child.wait_timeout(TIME_LIMIT).expect("a child") {
            Some(status) => status,
            None => {
                child.kill().expect("a child");
                panic!("still running after {TIME_LIMIT:?}");
            }
        };
        let (out, err) = (out.join().expect("no panic"), err.join().expect("no panic"));
        let status = status.code().unwrap_or_else(|| panic!("{status}; standard error:\n{err}"));
        Run { status, out, err }
    })
}

/// Runs a program, which is to succeed and to print this.
#[track_caller]
fn prints(program: &str, expected: &str) {
    let run = ungil(&["-"], program);
    assert_eq!(run.status, 0, "{}", run.err);
    assert_eq!(run.out.trim_end(), expected, "{}", run.err);
}

/// Runs a program, which is to fail with this message.
#[track_caller]
fn fails(program: &str, message: &str) -> Run {
    ungil(&["-"], program).expect(1, message)
}

const RECURSION: &str = "RecursionError: ";

#[test]
fn syntax_errors_show_the_place() {
    let run =
        fails("x = 1\nif x = 1:\n    pass\n", "SyntaxError: invalid syntax. Maybe you meant '==' or ':='");
    assert!(run.err.contains("  File \"<stdin>\", line 2\n    if x = 1:\n       ^^^^^\n"), "{}", run.err);
    fails("print('a'\nx = 2\n", "SyntaxError: '(' was never closed");
    fails("f(a b)\n", "SyntaxError: invalid syntax. Perhaps you forgot a comma?");
    fails("if True:\npass\n", "IndentationError: expected an indented block after 'if' statement on line 1");
    fails(
        "'\\N{no such}'\n",
        "SyntaxError: (unicode error) 'unicodeescape' codec can't decode bytes in position 0-10",
    );
}

#[test]
fn uncaught_exceptions_show_the_way() {
    let run = fails("def f():\n    return {}['k']\n\nf()\n", "KeyError: 'k'");
    assert!(
        run.err.starts_with("Traceback (most recent call last):\n  File \"<stdin>\", line 4, in <module>\n"),
        "{}",
        run.err
    );
    ungil(&["-c", "raise SystemExit(3)"], "").expect(3, "");
    ungil(&["-c", "raise SystemExit('bye')"], "").expect(1, "bye");
}

#[test]
fn files_and_options_that_do_not_exist() {
    let missing = ungil(&["no_such_file.py"], "").expect(2, "");
    assert!(missing.err.contains("can't open file '"), "{}", missing.err);
    assert!(missing.err.contains("no_such_file.py': [Errno 2] No such file or directory"), "{}", missing.err);
    for option in ["--no-such-option", "-Z", "-X", "-c", "-m"] {
        let run = ungil(&[option], "");
        assert_eq!(run.status, 2, "{option}: {}", run.err);
        assert!(run.err.contains("usage: ") && !run.err.contains("internal error"), "{option}: {}", run.err);
    }
    ungil(&["-m", "no_such_module"], "").expect(1, "");
}

#[test]
fn a_folder_that_is_no_program() {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("no_program");
    std::fs::create_dir_all(&path).expect("a temporary folder");
    let path = path.to_str().expect("a path in UTF-8");
    let message = format!("{}: can't find '__main__' module in '{path}'", env!("CARGO_BIN_EXE_ungil"));
    ungil(&[path], "").expect(1, &message);
}

#[test]
fn a_file_that_is_no_text() {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bytes.py");
    std::fs::write(&path, b"x = '\xff\xfe'\n").expect("a temporary file");
    let message = "SyntaxError: Non-UTF-8 code starting with '\\xff'";
    ungil(&[path.to_str().expect("a path in UTF-8")], "").expect(1, message);
    std::fs::write(&path, b"x = 1\0\n").expect("a temporary file");
    ungil(&[path.to_str().expect("a path in UTF-8")], "")
        .expect(1, "SyntaxError: source code cannot contain null bytes");
}

#[test]
fn recursion_of_python_functions() {
    let run = fails("def f(n):\n    return f(n + 1)\nf(0)\n", RECURSION);
    assert!(run.err.contains("[Previous line repeated "), "{}", run.err);
    // Without a limit on the depth, memory is the limit.
    fails("import sys\nsys.setrecursionlimit(10 ** 9)\ndef f(n):\n    return f(n + 1)\nf(0)\n", RECURSION);
}

#[test]
fn recursion_through_special_methods() {
    for (method, use_) in [
        ("__repr__(self): return repr([self])", "repr(C())"),
        ("__str__(self): return '%s' % self", "str(C())"),
        ("__format__(self, spec): return f'{self}'", "format(C())"),
        ("__getattr__(self, name): return getattr(self, name + 'a')", "C().x"),
        ("__setattr__(self, name, value): setattr(self, name, value)", "C().x = 1"),
        ("__getitem__(self, key): return self[key]", "C()[1]"),
        ("__contains__(self, item): return item in self", "1 in C()"),
        ("__eq__(self, other): return self == other", "C() == C()"),
        ("__hash__(self): return hash((self,))", "{C(): 1}"),
        ("__add__(self, other): return self + other", "C() + 1"),
        ("__bool__(self): return bool(self)", "not C()"),
        ("__len__(self): return len(self)", "len(C())"),
        ("__iter__(self): return iter(self)", "list(C())"),
        ("__call__(self): return self()", "C()()"),
        ("__init__(self): C()", "C()"),
        ("__index__(self): return int(self)", "[1][C()]"),
    ] {
        fails(&format!("class C:\n    def {method}\n{use_}\n"), RECURSION);
    }
    fails("def f(x):\n    return sorted([1, 2], key=f)\nf(1)\n", RECURSION);
    fails("def f(x):\n    return list(map(f, [1]))\nf(1)\n", RECURSION);
    fails("def f():\n    exec('f()')\nf()\n", RECURSION);
    // Calls of objects whose `__call__` is an object again never reach Python code.
    fails("class C: pass\nC.__call__ = C()\nC()()\n", RECURSION);
}

#[test]
fn recursion_on_the_native_stack_without_a_limit_on_depth() {
    let program = "import sys\nsys.setrecursionlimit(10 ** 8)\nclass C:\n    def __repr__(self): return repr(self)\nrepr(C())\n";
    fails(program, "RecursionError: Stack overflow");
}

#[test]
fn objects_that_contain_themselves() {
    prints("a = []\na.append(a)\nd = {}\nd[1] = d\nprint(a, d)", "[[...]] {1: {...}}");
    fails("a = []\na.append(a)\nb = []\nb.append(b)\na == b\n", RECURSION);
}

/// A million nested containers can be made and dropped; what walks them recursively gives up in order.
#[test]
fn deeply_nested_containers() {
    let attempt =
        |action: &str| format!("try:\n    {action}\nexcept RecursionError:\n    print('too deep')\n");
    let nest = "a, b = [], []\nfor i in range(1000000):\n    a, b = [a], [b]\n";
    for action in ["repr(a)", "a == b", "a < b"] {
        prints(&format!("{nest}{}del a, b\nprint('dropped')", attempt(action)), "too deep\ndropped");
    }
    let nest = "a = ()\nfor i in range(1000000):\n    a = (a,)\n";
    prints(&format!("{nest}{}del a\nprint('dropped')", attempt("hash(a)")), "too deep\ndropped");
    let nest = "import copy\na = []\nfor i in range(100000):\n    a = [a]\n";
    prints(&format!("{nest}{}", attempt("copy.deepcopy(a)")), "too deep");
    let nest = "import json\na = []\nfor i in range(100000):\n    a = [a]\n";
    prints(&format!("{nest}{}", attempt("json.dumps(a)")), "too deep");
    prints(&format!("import json\n{}", attempt("json.loads('[' * 100000)")), "too deep");
}

#[test]
fn long_chains_of_objects_are_dropped() {
    for step in
        ["{1: a}", "C(a)", "C([(a,)])", "map(None, a)", "make(a)", "types.MethodType(len, a)", "chain(a)"]
    {
        let program = format!(
            "import types\nclass C:\n    def __init__(self, n): self.n = n\ndef make(x):\n    def f(): return x\n    return f\n\
             def chain(x):\n    e = ValueError()\n    e.__context__ = x if isinstance(x, Exception) else None\n    return e\n\
             a = iter(())\nfor i in range(200000):\n    a = {step}\ndel a\nprint('dropped')"
        );
        prints(&program, "dropped");
    }
}

#[test]
fn chains_of_iterators_and_generators() {
    let attempt = "try:\n    print(list(a))\nexcept RecursionError:\n    print('too deep')\n";
    for step in
        ["map(abs, a)", "itertools.chain(a)", "(x for x in a)", "filter(None, a)", "zip(a)", "enumerate(a)"]
    {
        let program =
            format!("import itertools\na = iter([1])\nfor i in range(200000):\n    a = {step}\n{attempt}");
        prints(&program, "too deep");
    }
    prints(
        "def g(n):\n    yield from g(n + 1)\ntry:\n    list(g(0))\nexcept RecursionError:\n    print('too deep')",
        "too deep",
    );
}

#[test]
fn deeply_nested_source() {
    fails("eval('(' * 100000)\n", "SyntaxError: too many nested parentheses");
    fails("eval('[' * 1000 + ']' * 1000)\n", "SyntaxError: too many nested parentheses");
    for source in [
        "'-' * 100000 + '1'",
        "'not ' * 100000 + '1'",
        "'lambda: ' * 100000 + '1'",
        "'a' + '.b' * 100000",
        "'a' + '()' * 100000",
        "'a' + '[0]' * 100000",
        "'1 if 1 else ' * 100000 + '1'",
        "'**'.join(['1'] * 100000)",
    ] {
        fails(&format!("eval({source})\n"), RECURSION);
    }
    prints("print(eval(' or '.join(['0'] * 100000)))", "0");
}

#[test]
fn chains_of_exceptions() {
    let program = "e = None\nfor i in range(20000):\n    n = ValueError(i)\n    n.__context__ = e\n    e = n\nraise e\n";
    fails(program, "ValueError: 19999");
    fails("a, b = ValueError(1), ValueError(2)\na.__cause__, b.__cause__ = b, a\nraise a\n", "ValueError: 1");
    fails(
        "class E(Exception):\n    def __str__(self): return str(self)\nraise E\n",
        "E: <exception str() failed>",
    );
    let nest = "e = ValueError(1)\nfor i in range(100000):\n    e = ExceptionGroup('x', [e])\n";
    prints(
        &format!("{nest}try:\n    e.split(TypeError)\nexcept RecursionError:\n    print('too deep')"),
        "too deep",
    );
    assert_eq!(ungil(&["-"], &format!("{nest}raise e\n")).status, 1);
}

#[test]
fn too_much_memory() {
    for request in [
        "'a' * 10 ** 15",
        "[0] * 10 ** 15",
        "bytes(10 ** 15)",
        "'a'.ljust(10 ** 15)",
        "'%1000000000000000d' % 1",
    ] {
        fails(&format!("{request}\n"), "MemoryError");
    }
}

#[test]
fn threads_that_die() {
    let thread = |target: &str| {
        format!(
            "{target}\nimport threading\nt = threading.Thread(target=f)\nt.start()\nt.join()\nprint('goes on')\n"
        )
    };
    for (target, message) in [
        ("def f(): 1 / 0", "ZeroDivisionError: division by zero"),
        ("def f(): f()", "RecursionError: maximum recursion depth exceeded"),
        (
            "import sys\nsys.setrecursionlimit(10 ** 8)\nclass C:\n    def __repr__(self): return repr(self)\ndef f(): repr(C())",
            "RecursionError: Stack overflow",
        ),
        (
            "def f():\n    a = []\n    for i in range(1000000): a = [a]\n    repr(a)",
            "RecursionError: Stack overflow",
        ),
        ("def f(): eval('-' * 100000 + '1')", RECURSION),
    ] {
        // As in CPython, the death of a thread is reported and no more.
        let run = ungil(&["-"], &thread(target)).expect(0, message);
        assert_eq!(run.out, "goes on\n");
        assert!(run.err.starts_with("Exception in thread Thread-1 (f):\nTraceback"), "{}", run.err);
    }
}

#[test]
fn finalisers_and_hooks_that_raise() {
    let run = ungil(&["-"], "class C:\n    def __del__(self): 1 / 0\nC()\nprint('goes on')\n");
    assert_eq!((run.status, run.out.as_str()), (0, "goes on\n"));
    assert!(run.err.contains("Exception ignored while calling deallocator"), "{}", run.err);
    let run =
        fails("import sys\ndef hook(*args): 1 / 0\nsys.excepthook = hook\nraise ValueError\n", "ValueError");
    assert!(run.err.contains("Error in sys.excepthook:"), "{}", run.err);
}
