"""Classes of nodes, and the trees of a source that has every kind of them."""
import ast
import copy
import pickle
import warnings

warnings.simplefilter('error')


def show(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(type(error).__name__, error)


show(lambda: ast.Name())
show(lambda: ast.Name('a', 'b', 'c'))
show(lambda: ast.Name('a', id=3))
show(lambda: ast.Name('a', x=1))
show(lambda: ast.Name('a', lineno=1).lineno)
show(lambda: (ast.Module().body, ast.Constant(1).kind, vars(ast.Constant(1))))
show(lambda: ast.FunctionDef('f', ast.arguments()))
show(lambda: ast.Name('x').__reduce__())
show(lambda: copy.replace(ast.Name('x'), id='y'))
show(lambda: copy.replace(ast.Name('x'), foo='y'))
show(lambda: pickle.loads(pickle.dumps(copy.deepcopy(ast.Name('x', lineno=3)))).lineno)
print(ast.FunctionDef._field_types, ast.Name.__match_args__, ast.expr._attributes, ast.expr.end_lineno)
print(ast.Dict.__doc__, ast.boolop.__doc__, ast.mod.__doc__, sep='\n')

SOURCE = r'''
"""doc"""
import a, b.c as d
from ..y import (z as w, q)
@dec(1) # c

@other
async def f(a, /, b: int = 1, *args: str, c, d=2, **kw) -> None:
    global g
    async with x as y, z: pass
    async for i in j: break
    else: continue
    await q; yield; yield 1
class C[T: int = 3, *Ts, **P](A, metaclass=M, *b, **k):
    x: int = 1
    (y): str
def h(x=lambda *a, k=1: 0, *, y): del a, b[1], c.d
type X[T] = list[T]
a = b = c, *d = 1, (2, 3)
a @= b
while 1: pass
else: x
if a: b
elif c: d
else: g
try: x
except A as e: y
except: z
else: w
finally: v
try: x
except* E: pass
assert a, b
raise X from Y
match x:
    case 1 | -2 | None: pass
    case [a, *_, b] if c: pass
    case {"k": v, **rest}: pass
    case P(1, x=2) as p: pass
{a: b for c in d}; f(x for x in y); f(a, *b, c=1, **d)
a if b else c; not a; -a; a and b or c
a < b is not f not in h
a[1:2:3], a[:, 1], {**a, b: c}
u"q" "r"; b"x" b"y"; 99999999999999999999; 2j; ...
f"a{b!r:>{w}}c{{{d=}" "e" f"{f}"
t"a{b:>{w}}" t"{d}"; (y := 5)
é = é + 1
'''
print(ast.dump(ast.parse(SOURCE), include_attributes=True))
print(ast.dump(ast.parse('x + 1', mode='eval')), ast.dump(ast.parse('x = 1\n', mode='single')))
show(lambda: ast.parse('return x y'))
print(ast.literal_eval("{'a': [1, 2.5, None, True, b'x', -3+4j, (1,)], 'b': {1, 2}}"))
print(ast.unparse(ast.parse(SOURCE)))
print([type(node).__name__ for node in ast.walk(ast.parse('a.b(c)'))])
print(ast.get_source_segment('a + b', ast.parse('a + b').body[0].value.right))
