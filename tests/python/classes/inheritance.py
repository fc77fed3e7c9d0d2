"""Multiple inheritance: the method resolution order, cooperative super(), mixins, conflicts."""


class A:
    def who(self):
        return ["A"]


class B(A):
    def who(self):
        return ["B"] + super().who()


class C(A):
    def who(self):
        return ["C"] + super().who()


class D(B, C):
    def who(self):
        return ["D"] + super().who()


class E(C, B):
    pass


print(D().who(), E().who(), [k.__name__ for k in D.__mro__], D.__base__.__name__)
print(super(B, D()).who(), super(D, D).who(D()), B.who(D()))


class Root:
    def __init__(self, **kwargs):
        self.extra = kwargs


class Named(Root):
    def __init__(self, name, **kwargs):
        super().__init__(**kwargs)
        self.name = name


class Sized(Root):
    def __init__(self, size, **kwargs):
        super().__init__(**kwargs)
        self.size = size


class Both(Named, Sized):
    @classmethod
    def make(cls):
        return cls(name="n", size=1, colour="red")

    @property
    def label(self):
        return f"{self.name}{self.size}"


class Special(Both):
    @property
    def label(self):
        return super().label + "!"

    @classmethod
    def make(cls):
        made = super().make()
        made.size += 1
        return made


b = Special.make()
print(b.name, b.size, b.extra, b.label, type(b).__name__)
for bases in ((A, B), (D, E), (int, str), (A, A), (bool,), (type(None),)):
    try:
        type("Bad", bases, {})
    except TypeError as error:
        print(str(error).splitlines()[0])
print(A.__subclasses__() == [B, C], issubclass(D, (int, A)))
try:
    super().x
except RuntimeError as error:
    print(error)


class Nested:
    def run(self):
        return [super().__repr__()[:1] for _ in range(1)], (lambda self: super().__eq__(1))(self)


print(Nested().run())


class First:
    def word(self):
        return "first"


class Second(First):
    def word(self):
        return "second"


class Third(First): ...


before = Third().word()
Third.__bases__ = (Second,)
print(before, Third().word(), [k.__name__ for k in Third.__mro__])


# A class that becomes abstract after many instances were made.
class Becoming:
    def __init__(self):
        self.made = True


def make():
    return Becoming().made


print(all(make() for _ in range(300)))
Becoming.__abstractmethods__ = frozenset(["method"])
try:
    make()
except TypeError as error:
    print(error)
Becoming.__abstractmethods__ = frozenset()
print(make())
