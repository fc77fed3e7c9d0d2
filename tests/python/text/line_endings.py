"""Sources whose lines end with CR LF or with CR alone: strings over several lines hold LF, and positions stay right."""

import ast
import os
import subprocess
import sys
import tempfile

exec('x = """a\r\nb"""\r\nprint(repr(x))')
exec('x = """a\rb"""\rprint(repr(x))')
exec('x = """a\n\rb\r\r\nc"""\rprint(repr(x))')
exec(b'x = b"""a\r\nb"""\r\nprint(x)')
print(repr(eval("'''a\r\nb'''")), repr(eval("f'''a\r\n{1 +\r\n1=}\r\n'''")))
exec(compile("x = 'a\\\r\nb' \\\r'c'\rprint(repr(x))", "f", "exec"))
exec("print(repr('\\r\\n'), len('''\\r\r\n'''))")
print(ast.dump(ast.parse('"""a\r\nb"""\r1', "f")))
print([node.lineno for node in ast.parse("1\r\r2\r\n\r\n3\n4").body])

for bad in ("if 1:\r\n  x = = 1\r\ny", "'abc\r\n", "\r\r  x = ?", "x = 1\ry = )\r"):
    try:
        compile(bad, "f", "exec")
    except SyntaxError as error:
        print(error.msg, error.lineno, repr(error.text.strip()))

program = 'x = """a\nb"""\nprint(repr(x))\n\n1 / 0\n'
for end in ("\n", "\r\n", "\r"):
    source = program.replace("\n", end)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "program.py")
        with open(path, "wb") as file:
            file.write(source.encode())
        for arguments in ([path], ["-c", source]):
            run = subprocess.run([sys.executable, *arguments], capture_output=True, text=True)
            print(repr(end), run.stdout.strip(), "line 5" in run.stderr, "1 / 0" in run.stderr)
