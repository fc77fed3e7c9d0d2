"""Syntax errors of well-formed text that breaks a rule: scopes, targets, places of statements."""
sources = [
    "return 1",
    "1 = x",
    "f() = 1",
    "break",
    "continue",
    "yield 1",
    "await x",
    "def f(a, a): pass",
    "class C: return",
    "def f():\n    x = 1\n    global x",
    "def f(x):\n    nonlocal x",
    "nonlocal x",
    "def f():\n    nonlocal y",
    "del f()",
    "*a = 1",
    "a, *b, *c = x",
    "(a for a in b) = 1",
    "from __future__ import nothing",
    "async def f():\n    [await x for x in y]\n    yield 1\n    return 2",
    "with open('x') as 1: pass",
    "None = 1",
    "match x:\n    case a | b: pass",
    "match x:\n    case y: pass\n    case z: pass",
    "[x := 1 for x in y]",
]
for source in sources:
    try:
        compile(source, "<test>", "exec")
        print("ok", repr(source))
    except SyntaxError as error:
        print(type(error).__name__, "|", repr(source), "|", error.msg, "|", error.lineno, error.offset)
