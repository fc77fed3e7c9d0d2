"""Attribute access hooks: __getattr__, __getattribute__, __setattr__, __delattr__, __dir__, module __getattr__."""
import sys


class Lazy:
    def __init__(self):
        self.made = []

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(f"no {name}")
        self.made.append(name)
        value = name.upper()
        setattr(self, name, value)
        return value


lazy = Lazy()
print(lazy.abc, lazy.abc, lazy.made, hasattr(lazy, "_x"), getattr(lazy, "_y", "dflt"))


class Traced:
    def __getattribute__(self, name):
        print("get", name)
        return super().__getattribute__(name)

    def __setattr__(self, name, value):
        print("set", name, value)
        super().__setattr__(name, value)

    def __delattr__(self, name):
        print("del", name)
        super().__delattr__(name)

    def method(self):
        return "m"

    def __len__(self):
        return 3


t = Traced()
t.x = 1
print(t.x, t.method(), len(t))
del t.x
try:
    t.x
except AttributeError as error:
    print(error, error.name, error.obj is t)


class Listed:
    def __dir__(self):
        return ["b", "a"]


print(dir(Listed()))


class Frozen:
    __slots__ = ()

    def __setattr__(self, name, value):
        raise AttributeError(f"cannot assign {name!r}")


try:
    Frozen().x = 1
except AttributeError as error:
    print(error)


def __getattr__(name):
    return f"module attribute {name}"


print(sys.modules[__name__].anything)


class Fails:
    @property
    def broken(self):
        raise AttributeError("inside")

    def __getattr__(self, name):
        return f"fallback for {name}"


print(Fails().broken)
