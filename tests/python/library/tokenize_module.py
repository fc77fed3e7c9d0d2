"""Tokens with positions and lines: indents, comments, formatted strings, what a last line lacks."""
import io
import tokenize

SOURCE = '''# c
def f(a, b=1):
    """doc
    more"""
    x = f"a{a!r}z{{y" + t'{x=}' \\
       + rb'q'
    if a->b: # hi

        y = 0x1F + 1j + é
  # out
class C: pass'''

for source in (SOURCE, 'x=(1,\n\n2)\n', '', '\n\n', 'a ? b', 'x\r\ny\r\n', '0777', 'x!=y <> z'):
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        print(tokenize.tok_name[token.exact_type], *token[1:])
for source in ('x = "abc\n', '(', '"""abc'):
    try:
        list(tokenize.generate_tokens(io.StringIO(source).readline))
    except tokenize.TokenError as error:
        print(error.args[0])
print(tokenize.untokenize(tokenize.generate_tokens(io.StringIO(SOURCE).readline)) == SOURCE)
print([token.string for token in tokenize.tokenize(io.BytesIO(b'# coding: utf-8\nx = 1\n').readline)])
