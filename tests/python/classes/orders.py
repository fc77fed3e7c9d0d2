"""Method resolution orders: those of a metaclass's `mro()`, and those that change with `__bases__`."""
import gc


class Aside:
    def f(self):
        return 1


class Ordering(type):
    def mro(cls):
        return [cls, Aside, object]


class Ordered(metaclass=Ordering):
    pass


class Below(Ordered):
    pass


def call(instance):
    for _ in range(100):
        result = instance.f()
    return result


ordered, below = Ordered(), Below()
print(call(ordered), call(below))
# What is aside changes the classes in whose order it is, though they are not below it.
Aside.f = lambda self: 2
print(call(ordered), call(below), Aside.__subclasses__())
# The order keeps it alive.
del Aside
gc.collect()
print([type("Filler", (), {"f": lambda self: 3})().f() for _ in range(100)].count(3))
gc.collect()
print(call(ordered), call(below), [c.__name__ for c in Ordered.__mro__])

for order in [dict, object], [int], [], [1]:
    try:
        Bad = type("Wrong", (type,), {"mro": lambda cls: [cls][: len(order) - 1] + order})("Bad", (), {})
        print(Bad)
    except TypeError as error:
        print(error)


class P:
    pass


class Q:
    pass


class A(P):
    def f(self):
        return "A"


class B(A):
    pass


class C(A, Q):
    pass


class D(Q, P):
    pass


class E(B, D):
    pass


classes = A, B, C, D, E


def names(classes):
    return [c.__name__ for c in classes]


A.__bases__ = (Q, P)
before = [c.__mro__ for c in classes]
# `A` and `B` could have an order with these bases, `E` could not.
try:
    A.__bases__ = (P, Q)
except TypeError as error:
    print(error)
print([c.__mro__ for c in classes] == before, names(A.__bases__), names(P.__subclasses__()), names(Q.__subclasses__()))
print(call(E()), call(C()))
E.__bases__ = (C,)
print(names(E.__mro__), names(C.__subclasses__()), names(B.__subclasses__()))


class Methods:
    pass


def function(text):
    return eval(f"lambda *args: {text!r}")


Methods.plain = staticmethod(function("old"))
Methods.of_class = classmethod(function("old"))


def both(receiver):
    for _ in range(100):
        result = receiver.plain(), receiver.of_class()
    return result


print(both(Methods), both(Methods()))
Methods.__dict__["plain"].__init__(function("new"))
Methods.__dict__["of_class"].__init__(function("new"))
gc.collect()
print(both(Methods), both(Methods()))
