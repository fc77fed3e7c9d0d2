"""Long chains of classes are made in a time that grows with their length, not with its power."""


class Chain:
    pass


for _ in range(300):
    Chain = type("Chain", (Chain,), {})
print(len(Chain.__mro__), Chain.__base__.__name__)


class Mixin:
    pass


class Mixed:
    __slots__ = ()


for _ in range(100):
    Mixed = type("Mixed", (Mixed, type("Extra", (Mixin,), {})), {})
print(len(Mixed.__mro__), Mixed.__base__.__name__)
