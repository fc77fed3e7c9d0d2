"""Finalisers that a return or the end of a loop makes due: they run in the frame that goes on, at its call."""


# A finaliser drops, and collects, what the caller has in its hands.
import gc
code = compile("def fn(x): return (n, x)", "made", "exec")
def make(n):
    space = {'n': n}
    exec(code, space)
    return space.pop('fn')
f = None
class D:
    def __del__(self):
        global f
        f = None
        gc.collect()
        self.__class__.junk = [make(i) for i in range(2000)]
def ret():
    d = D()
    return 1
def caller():
    return f(ret())
bad = 0
for i in range(50):
    f = make('right')
    r = caller()
    if r != ('right', 1): bad += 1
print('wrong results:', bad)

# The line of the caller.
import sys, warnings
lines = set()
class D:
    def __del__(self):
        f = sys._getframe(1)
        lines.add((f.f_code.co_name, f.f_lineno and f.f_lineno - f.f_code.co_firstlineno))
    def m(self):
        pass
class I:
    def __init__(self):
        d = D()
def ret():
    d = D()
def gen():
    d = D()
    yield
def caller():
    ret()
    D().m()
    I()
    for x in gen():
        pass
    return 1
for i in range(50): caller()
print(sorted(lines, key=str))
class W:
    def __del__(self):
        warnings.warn('late', stacklevel=2)
def warned():
    w = W()
warnings.showwarning = lambda m, c, f, l, *a: print(m, l)
warned()
def outer():
    x = 1
    warned()
outer()
async def never(): pass
def drops():
    c = never()
drops()

# The last local goes first.
log = []
class D:
    def __init__(self, n): self.n = n
    def __del__(self): log.append(self.n)
def f(p):
    a = D('a')
    b = D('b')
f(D('p')); print(log)

# The iterator of a loop that ends.
class D:
    def __del__(self):
        for i in range(50): pass
def loop():
    for x in [D(), 1]: pass
for i in range(2000): loop()
print('ok')
