"""A finaliser that becomes due in a statement runs before the next one."""

log = []
class D:
    attr = 1
    def __init__(self): self.own = 2
    def __del__(self): log.append('del')
def slot():
    D().own
    log.append('next')
def of_class():
    D().attr
    log.append('next')
def is_none():
    if D() is None: pass
    log.append('next')
def same():
    D() is log
    log.append('next')
def truth():
    if not D(): pass
    log.append('next')
def truth2():
    if D(): pass
    log.append('next')
def compare():
    if D() == 1: pass
    log.append('next')
def isin():
    if D() in [1]: pass
    log.append('next')
def text():
    f"{D().own} {1}"
    log.append('next')
def unpacked():
    a, b = (D(), 1)[1], 2
    log.append('next')
def subscript():
    [D(), 1][1]
    log.append('next')
def sub2():
    i=1
    [D(), 1][i]
    log.append('next')
def slic():
    [D(), 1][1:]
    log.append('next')
def slic2():
    [D(), 1][1::1]
    log.append('next')
def walrus():
    x = (D().own, 2)
    log.append('next')
def chain():
    x = D().own + D().attr
    log.append('next')
def lstap():
    l=[]; l.append(D()); l=0
    log.append('next')
def dct():
    {D(): 1}
    log.append('next')
def st():
    D().own = 3
    log.append('next')
def st2():
    D().new = 3
    log.append('next')
def st3():
    d={}
    d[1]=D(); d[1]=2
    log.append('next')
def st4():
    d=[D()]
    d[0]=2
    log.append('next')
def delit():
    d=[D()]
    del d[0]
    log.append('next')
def popit():
    d=[D()]
    d.pop()
    log.append('next')
def tup():
    (D(),1)[0:1]
    log.append('next')
def binop():
    [D()]+[1]
    log.append('next')
def mul():
    [D()]*2
    log.append('next')
def unp():
    a,*b=[D(),1,2]; b=a=0
    log.append('next')
def cell():
    x=D()
    def g(): return x
    x=0
    log.append('next')
def delx():
    x=D(); del x
    log.append('next')
def fl():
    for x in [D()]: x=0
    log.append('next')
def genr():
    for x in (D() for _ in '1'): x=0
    log.append('next')
def wt():
    try: raise ValueError(D())
    except ValueError: pass
    log.append('next')
def compr():
    sum(1 for x in [D()])
    log.append('next')
def lenn():
    len([D()])
    log.append('next')
def isinst():
    isinstance(D(), int)
    log.append('next')
def lam():
    (lambda x: None)(D())
    log.append('next')
def andd():
    D() and 0
    log.append('next')
def orr():
    D() or 0
    log.append('next')
def tern():
    1 if D() else 0
    log.append('next')
def notnone():
    D() is not None
    log.append('next')
def yl():
    def g():
        yield D()
        log.append('g')
    for x in g(): x=None
    log.append('next')
def neg():
    d=[D()][-1].own
    log.append('next')
def cmpl():
    D().own < 5
    log.append('next')
def fm():
    '%s' % (D().own)
    log.append('next')
def mth():
    [D()].copy()
    log.append('next')
def mt():
    match D():
        case D(own=2): pass
    log.append('next')
for f in [v for v in globals().values() if type(v) is type(slot)]:
    seen = set()
    for i in range(60):
        log.clear()
        f()
        seen.add(tuple(log)); log.clear()
    print(f.__name__, sorted(seen))
