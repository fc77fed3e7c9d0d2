"""Descriptors: data and non-data, __set_name__, precedence, properties, on classes."""


class Typed:
    def __init__(self, kind):
        self.kind = kind

    def __set_name__(self, owner, name):
        print("set_name", owner.__name__, name)
        self.name = "_" + name

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        return getattr(instance, self.name, "unset")

    def __set__(self, instance, value):
        if not isinstance(value, self.kind):
            raise TypeError(f"{self.name[1:]} must be {self.kind.__name__}")
        setattr(instance, self.name, value)

    def __delete__(self, instance):
        delattr(instance, self.name)


class Record:
    size = Typed(int)
    name = Typed(str)


r = Record()
print(r.size)
r.size = 3
r.__dict__["size"] = "hidden by the data descriptor"
print(r.size, Record.size.kind.__name__, r.__dict__)
del r.size
print(r.size)
try:
    r.name = 5
except TypeError as error:
    print(error)


class NonData:
    def __get__(self, instance, owner):
        return ("computed", instance is None, owner.__name__)


class Holder:
    value = NonData()


h = Holder()
print(h.value, Holder.value)
h.value = "instance wins"
print(h.value)


class Celsius:
    def __init__(self):
        self._t = 0

    t = property(lambda self: self._t, lambda self, v: setattr(self, "_t", v), doc="degrees")

    @property
    def read_only(self):
        return 1


c = Celsius()
c.t = 5
print(c.t, Celsius.t.__doc__, Celsius.t.fget(c))
for action in (lambda: setattr(c, "read_only", 2), lambda: delattr(c, "t")):
    try:
        action()
    except AttributeError as error:
        print(error)


class Bound:
    def f(self):
        return "f", self.__class__.__name__


print(Bound.__dict__["f"].__get__(Bound(), Bound)(), Bound.f.__get__(5)())


class Meta(type):
    @property
    def tag(cls):
        return f"tag of {cls.__name__}"


class Tagged(metaclass=Meta):
    pass


print(Tagged.tag, hasattr(Tagged(), "tag"))


class Cached:
    def __init__(self, function):
        self.function = function

    def __get__(self, instance, owner):
        print("compute")
        value = instance.__dict__[self.function.__name__] = self.function(instance)
        return value


class Data:
    @Cached
    def expensive(self):
        return 42


d = Data()
print(d.expensive, d.expensive)


# A class whose instances lie in other classes becomes one of descriptors, after the attributes were looked up often.
class Later:
    pass


class HasLater:
    attribute = Later()


class HidesLater:
    attribute = Later()

    def __init__(self):
        self.attribute = "own"


def read(instance):
    return instance.attribute


has, hides = HasLater(), HidesLater()
for _ in range(200):
    read(has)
for _ in range(200):
    read(hides)
Later.__get__ = lambda self, instance, owner: "got"
print(read(has), read(hides))
Later.__set__ = lambda self, instance, value: None
print(read(has), read(hides))
