//! Sources that are not Python: messages, kinds and positions, as CPython 3.14 gives them.

use ungil_compile::{ErrorKind, Mode, Options, compile};

fn error(source: &str) -> ungil_compile::CompileError {
    match compile(source, "<test>", Options::new(Mode::Module)) {
        Err(error) => error,
        Ok(_) => panic!("compiles: {source}"),
    }
}

#[test]
fn messages_are_cpythons() {
    let cases = [
        ("return 1", "'return' outside function"),
        ("yield 1", "'yield' outside function"),
        ("class C: return 1", "'return' outside function"),
        ("break", "'break' outside loop"),
        ("def f():\n  for x in y:\n    def g(): continue", "'continue' not properly in loop"),
        ("await x", "'await' outside function"),
        ("def f(): await x", "'await' outside async function"),
        ("def f():\n  async with x: pass", "'async with' outside async function"),
        ("def f(): [x async for x in y]", "asynchronous comprehension outside of an asynchronous function"),
        ("async def f(): yield from x", "'yield from' inside async function"),
        ("async def f():\n  yield\n  return 1", "'return' with value in async generator"),
        ("def f(a, a): pass", "duplicate argument 'a' in function definition"),
        ("def f(a=1, b): pass", "parameter without a default follows parameter with a default"),
        ("def f(a):\n  global a", "name 'a' is parameter and global"),
        ("def f(a):\n  nonlocal a", "name 'a' is parameter and nonlocal"),
        ("def f():\n  x = 1\n  global x", "name 'x' is assigned to before global declaration"),
        ("def f():\n  print(x)\n  global x", "name 'x' is used prior to global declaration"),
        ("def f():\n  nonlocal x", "no binding for nonlocal 'x' found"),
        ("nonlocal x", "nonlocal declaration not allowed at module level"),
        ("def f():\n  x = 1\n  def g():\n    global x\n    nonlocal x", "name 'x' is nonlocal and global"),
        ("def f():\n  global x\n  x: int = 1", "annotated name 'x' can't be global"),
        ("f(a=1, a=2)", "keyword argument repeated: a"),
        ("f(a=1, 2)", "positional argument follows keyword argument"),
        ("f(**a, *b)", "iterable argument unpacking follows keyword argument unpacking"),
        ("f(x for x in y, 1)", "Generator expression must be parenthesized"),
        ("1 = x", "cannot assign to literal here. Maybe you meant '==' instead of '='?"),
        ("f() = x", "cannot assign to function call here. Maybe you meant '==' instead of '='?"),
        ("None = x", "cannot assign to None"),
        ("a + b = c", "cannot assign to expression here. Maybe you meant '==' instead of '='?"),
        ("del f()", "cannot delete function call"),
        ("f() += 1", "'function call' is an illegal expression for augmented assignment"),
        ("(a, b): int", "only single target (not tuple) can be annotated"),
        ("*a, *b = c", "multiple starred expressions in assignment"),
        ("*a = c", "starred assignment target must be in a list or tuple"),
        ("x = *a", "can't use starred expression here"),
        ("__debug__ = 1", "cannot assign to __debug__"),
        ("from __future__ import nothing", "future feature nothing is not defined"),
        (
            "x = 1\nfrom __future__ import annotations",
            "from __future__ imports must occur at the beginning of the file",
        ),
        ("def f():\n  from a import *", "import * only allowed at module level"),
        ("try: pass\nexcept: pass\nexcept E: pass", "default 'except:' must be last"),
        (
            "def f():\n  while 1:\n    try: pass\n    except* E: break",
            "'break', 'continue' and 'return' cannot appear in an except* block",
        ),
        ("match x:\n  case a: pass\n  case 1: pass", "name capture 'a' makes remaining patterns unreachable"),
        ("match x:\n  case a, a: pass", "multiple assignments to name 'a' in pattern"),
        (
            "class C:\n  [x := 1 for y in z]",
            "assignment expression within a comprehension cannot be used in a class body",
        ),
        ("[x := 1 for x in z]", "assignment expression cannot rebind comprehension iteration variable 'x'"),
        ("if x\n  pass", "expected ':'"),
        ("x = (1,\ny", "'(' was never closed"),
        ("x = 1)", "unmatched ')'"),
        ("x = (1]", "closing parenthesis ']' does not match opening parenthesis '('"),
        ("x = 'abc", "unterminated string literal (detected at line 1)"),
        ("x = '''abc\n", "unterminated triple-quoted string literal (detected at line 1)"),
        ("f'{x'", "f-string: expecting '}'"),
        ("x y", "invalid syntax"),
        ("print x", "Missing parentheses in call to 'print'. Did you mean print(...)?"),
        ("if x = 1: pass", "invalid syntax. Maybe you meant '==' or ':=' instead of '='?"),
        ("x = {a: 1, b}", "':' expected after dictionary key"),
        ("for 1 in x: pass", "cannot assign to literal"),
        ("{**a for a in b}", "dict unpacking cannot be used in dict comprehension"),
        ("0xg", "invalid hexadecimal literal"),
        (
            "x = 0777",
            "leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers",
        ),
        ("x = €", "invalid character '€' (U+20AC)"),
        ("a\0b", "source code string cannot contain null bytes"),
        ("type X[T, T] = T", "duplicate type parameter 'T'"),
    ];
    let mut wrong = Vec::new();
    for (source, message) in cases {
        let found = error(source).message;
        if found != message {
            wrong.push(format!("{source:?}\n  expected {message}\n  found    {found}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn indentation_has_kinds_of_its_own() {
    let missing = error("if x:\npass");
    assert_eq!(missing.kind, ErrorKind::Indentation);
    assert_eq!(missing.message, "expected an indented block after 'if' statement on line 1");
    let missing = error("def f():\n\n# comment\nx");
    assert_eq!(missing.message, "expected an indented block after function definition on line 1");
    let unexpected = error("x\n  y");
    assert_eq!((unexpected.kind, &*unexpected.message), (ErrorKind::Indentation, "unexpected indent"));
    let tabs = error("if x:\n\ty\n        z");
    assert_eq!(tabs.kind, ErrorKind::Tab);
    assert_eq!(tabs.message, "inconsistent use of tabs and spaces in indentation");
    let dedent = error("if x:\n    y\n  z");
    assert_eq!(dedent.kind, ErrorKind::Indentation);
    assert_eq!(dedent.message, "unindent does not match any outer indentation level");
}

#[test]
fn positions_count_characters() {
    let error = error("x = 1\né = return");
    assert_eq!((error.line, error.column), (2, 5));
    assert_eq!(error.text, "é = return");
}

#[test]
fn deep_nesting_is_an_error_and_not_a_crash() {
    let parentheses = format!("x = {}1{}", "(".repeat(300), ")".repeat(300));
    assert_eq!(error(&parentheses).message, "too many nested parentheses");
    let sum = vec!["x"; 20_000].join(" + ");
    assert_eq!(error(&sum).kind, ErrorKind::Recursion);
    let negations = format!("{}x", "not ".repeat(10_000));
    assert_eq!(error(&negations).kind, ErrorKind::Recursion);
    let calls = format!("x{}", ".f()".repeat(2_000));
    compile(&calls, "<test>", Options::new(Mode::Module)).expect("long chains are fine");
}
