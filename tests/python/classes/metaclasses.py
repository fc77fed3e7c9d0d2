"""Metaclasses: __new__, __init__, __prepare__, __call__, keyword arguments, __init_subclass__, __class_getitem__."""


class Meta(type):
    @classmethod
    def __prepare__(mcls, name, bases, **kwargs):
        print("prepare", name, kwargs)
        return {"injected": True}

    def __new__(mcls, name, bases, namespace, **kwargs):
        print("new", name, sorted(k for k in namespace if not k.startswith("__")))
        return super().__new__(mcls, name, bases, namespace)

    def __init__(cls, name, bases, namespace, **kwargs):
        print("init", name)
        super().__init__(name, bases, namespace)

    def __call__(cls, *args):
        print("call", cls.__name__, args)
        return super().__call__(*args)

    def __len__(cls):
        return 7

    def __iter__(cls):
        return iter("xyz")

    def __instancecheck__(cls, instance):
        return instance == "magic" or super().__instancecheck__(instance)


class Base(metaclass=Meta, option=1):
    def method(self):
        return self.injected


class Child(Base):
    def __init__(self, v):
        self.v = v


c = Child(5)
print(c.method(), c.v, type(Child) is Meta, len(Child), list(Child), isinstance("magic", Child), isinstance(1, Child))


class Plugin:
    registry = []

    def __init_subclass__(cls, *, key=None, **kwargs):
        super().__init_subclass__(**kwargs)
        cls.registry.append((cls.__name__, key))


class One(Plugin, key="k1"): ...


class Two(Plugin): ...


print(Plugin.registry)


class Box:
    def __class_getitem__(cls, item):
        return f"{cls.__name__}[{item}]"


print(Box[int], Box[1, 2])
Dynamic = type("Dynamic", (Base,), {"extra": lambda self: "extra"})
print(Dynamic().extra(), Dynamic.__name__)


class Singleton(type):
    instances = {}

    def __call__(cls, *args, **kwargs):
        if cls not in cls.instances:
            cls.instances[cls] = super().__call__(*args, **kwargs)
        return cls.instances[cls]


class Config(metaclass=Singleton): ...


print(Config() is Config())


class OtherMeta(type): ...


for make in (lambda: OtherMeta("M", (Base,), {}), lambda: type("T", (Plugin,), {}, bad=1), lambda: type("T", 5, {}), lambda: type("a", "b")):
    try:
        make()
    except TypeError as error:
        print(error)


class Late:
    def __new__(cls, *args):
        made = super().__new__(cls)
        made.args = args
        return made

    def __init__(self, *args):
        self.length = len(args)


class Other:
    def __new__(cls):
        return "not an instance"

    def __init__(self):
        print("never")


print(Late(1, 2).args, Late(1, 2).length, Other())


class Str(str):
    def shout(self):
        return self.upper() + "!"


class Int(int):
    def __add__(self, other):
        return Int(int(self) + int(other) + 100)


print(Str("abc").shout(), Str("a") + "b", type(Str("a") + "b").__name__, Int(1) + 2, Int(5) * 2, isinstance(Int(1), int))
