"""Syntax errors of text that is not well formed: message, line and column."""
sources = [
    "1 +",
    "if x\n    pass",
    "def f(:\n    pass",
    "x = (1, 2",
    "x = 'abc",
    "x = '''abc",
    "for i in range(3):\nprint(i)",
    "  x = 1",
    "def f():\n    x = 1\n      y = 2",
    "if x = 1: pass",
    "def f(a=1, b): pass",
    "f(a=1, 2)",
    "f(**k, *a)",
    "x = 5 5",
    "print 'hello'",
    "x = )",
    "{1: 2, 3}",
    "import a.b as c.d",
    "lambda x: = 1",
    "try:\n    pass",
    "else: pass",
    "0777",
    "1_",
    "0b12",
    "'\\N{no such}'",
    "f'{'",
    "f'{x!z}'",
    "f'{}'",
    "x = $",
    "x.True = 1",
    "def f(None): pass",
    "a := 1",
]
for source in sources:
    try:
        compile(source, "<test>", "exec")
        print("ok", repr(source))
    except SyntaxError as error:
        print(type(error).__name__, "|", repr(source), "|", error.msg, "|", error.lineno, error.offset)
