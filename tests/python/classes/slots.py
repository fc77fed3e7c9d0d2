"""__slots__: storage without a dict, inheritance, errors."""


class Point:
    __slots__ = ("x", "y")

    def __init__(self, x, y):
        self.x = x
        self.y = y


p = Point(1, 2)
print(p.x, p.y, hasattr(p, "__dict__"), Point.__slots__, type(Point.x).__name__)
del p.x


class Point3(Point):
    __slots__ = ("z",)


class Open(Point):
    pass


q = Point3(1, 2)
q.z = 3
o = Open(1, 2)
o.extra = 5
print(q.x + q.y + q.z, o.extra, o.__dict__, o.x)


class WithDict:
    __slots__ = ("a", "__dict__", "__weakref__")


w = WithDict()
w.a, w.b = 1, 2
print(w.a, w.b, w.__dict__)
for action in (lambda: p.x, lambda: setattr(p, "w", 1), lambda: setattr(q, "w", 1), lambda: WithDict().a):
    try:
        print(action())
    except AttributeError as error:
        print(error)
try:

    class Conflict:
        __slots__ = ("a",)
        a = 1
except ValueError as error:
    print(error)


class Private:
    __slots__ = "__secret"

    def __init__(self):
        self.__secret = 1

    def get(self):
        return self.__secret


print(Private().get(), hasattr(Private, "_Private__secret"))
