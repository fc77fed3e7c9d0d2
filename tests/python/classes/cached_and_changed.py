"""What warm code sees of classes that change: every cache is asked again."""
import gc
import weakref


def show(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)


# Slots order with class assignment.
class A:
    __slots__ = ('a', 'b')


class B:
    __slots__ = ('b', 'a')


x = A()
x.a = 1
x.b = 2
show(lambda: setattr(x, '__class__', B))
show(lambda: (x.a, x.b, type(x).__name__))


# Metaclass __getattr__ / __getattribute__ changes after warm-up.
class M(type):
    pass


class C(metaclass=M):
    v = 1


def get():
    for _ in range(100):
        r = C.v
    return r


show(get)
M.__getattribute__ = lambda c, n: 'ga ' + n
show(get)
del M.__getattribute__
show(get)
M.v = property(lambda c: 'meta')
show(get)
del M.v
show(get)
M.__getattr__ = lambda c, n: 'missing ' + n
show(lambda: C.nope)
show(get)


# Value's class gets __get__/__set__ later.
class D:
    pass


class E:
    d = D()


e = E()


def getd():
    for _ in range(100):
        r = e.d
    return r if isinstance(r, str) else type(r).__name__


show(getd)
D.__get__ = lambda s, o, c: 'got'
show(getd)
e.__dict__['d'] = 'own'
show(getd)
D.__set__ = lambda *a: None
show(getd)
del D.__get__
show(getd)
del D.__set__
show(getd)


# Instance attribute hides a function, then deleted.
class F:

    def m(self):
        return 'm'


f = F()


def callm():
    for _ in range(100):
        r = f.m()
    return r


show(callm)
f.m = lambda: 'own'
show(callm)
del f.m
show(callm)


# __class__ assignment under warmed caches.
class G(F):

    def m(self):
        return 'g'


f.__class__ = G
show(callm)
f.__class__ = F
show(callm)


# Super with changed bases, and start class changed.
class P:

    def w(self):
        return 'P'


class Q:

    def w(self):
        return 'Q'


class R(P):

    def w(self):
        return 'R' + super().w()


r = R()


def callw():
    for _ in range(100):
        z = r.w()
    return z


show(callw)
R.__bases__ = (Q,)
show(callw)
Q.w = lambda s: 'Q2'
show(callw)
del Q.w
show(callw)
R.__bases__ = (P,)
show(callw)


# Constructor changes.
class S:

    def __init__(self, x):
        self.x = x


def mk():
    for _ in range(100):
        s = S(1)
    return s if not isinstance(s, S) else ('S', s.__dict__)


show(mk)
S.__init__ = lambda self, *a: None
show(mk)


class MM(type):

    def __call__(cls, *a):
        return 'called'


class T(S, metaclass=MM):
    pass


def mkt():
    for _ in range(100):
        s = T(1)
    return s


show(mkt)
del MM.__call__
show(lambda: type(mkt()).__name__)


# Descriptors replaced in class.
class U:

    @property
    def p(self):
        return 'prop'


u = U()


def getp():
    for _ in range(100):
        z = u.p
    return z


show(getp)
U.p = 'plain'
show(getp)
u.p = 'inst'
show(getp)
U.p = property(lambda s: 'again')
show(getp)
del U.p
show(getp)


# Classmethods over subclass.
class V:

    @classmethod
    def c(cls):
        return cls.__name__


class W(V):
    pass


def callc(o):
    for _ in range(100):
        z = o.c()
    return z


show(lambda: [callc(o) for o in (V, W, V(), W())])
V.c = staticmethod(lambda: 's')
show(lambda: [callc(o) for o in (V, W, V(), W())])


# Function defaults changed under calls.
def fd(a, b=1, c=2):
    return (a, b, c)


def callfd():
    for _ in range(100):
        z = fd(0)
    return z


show(callfd)
fd.__defaults__ = (5,)
show(lambda: fd(0, 1))
show(callfd)
fd.__defaults__ = None
show(callfd)
fd.__defaults__ = ([], [1])
show(callfd)


# Weak keyed on classes.
k = type('K', (), {})
w = weakref.ref(k)
del k
gc.collect()
show(lambda: w() is None)


# __slots__ member moved to other class.
class X1:
    __slots__ = ('s',)


class X2:
    __slots__ = ('t',)


X2.s = X1.s
y = X2()
y.t = 3
show(lambda: y.s)


# Abstract toggles, subclass.
import abc


class Ab(abc.ABC):

    @abc.abstractmethod
    def q(self):
        pass


class Ac(Ab):

    def q(self):
        return 1


def mka():
    for _ in range(50):
        z = Ac()
    return type(z).__name__


show(mka)
Ac.__abstractmethods__ = frozenset({'q'})
show(mka)
Ac.__abstractmethods__ = frozenset()
show(mka)
