"""Scopes of a class body: names, private names, comprehension scope, __class__, nested classes, del in a body."""
x = "global"


class Body:
    y = x
    x = "class"
    z = x

    def method(self):
        return x

    for i in range(3):
        last = i
    del i
    if True:
        conditional = 1


print(Body.y, Body.z, Body().method(), Body.conditional, Body.last, hasattr(Body, "i"))


class Private:
    __hidden = 1
    __dunder__ = 2

    def __secret(self):
        return self.__hidden

    def get(self, __arg=3):
        __local = __arg
        return self.__secret() + __local


print(Private().get(), Private._Private__hidden, Private.__dunder__, sorted(n for n in vars(Private) if "Private" in n))


def make(prefix):
    class Local:
        name = prefix + "local"

        class Inner:
            label = prefix

            def outer_class(self):
                return __class__.__qualname__

        def klass(self):
            return __class__

    return Local


Local = make("p-")
print(Local.name, Local.Inner.label, Local().klass() is Local, Local.Inner().outer_class(), Local.__qualname__, Local.__module__)


class Doc:
    """The doc."""

    attribute: int = 3
    declared: str


print(Doc.__doc__, Doc.__annotations__, Doc.attribute, hasattr(Doc, "declared"), Doc.__dict__["__firstlineno__"])


def function():
    x = "enclosing"

    class UsesEnclosing:
        inner = x

    class Shadows:
        x = "own"
        read = x

    return UsesEnclosing.inner, Shadows.read


print(function())
