"""functools."""
import functools
from functools import cached_property, cmp_to_key, lru_cache, partial, partialmethod, reduce, singledispatch, total_ordering

add = partial(lambda *a, **k: (a, k), 1, x=2)
print(add(3), add(3, x=4, y=5), add.args, add.keywords, partial(add, 9)(0))
print(reduce(lambda a, b: a * b, [1, 2, 3, 4]), reduce(max, [3, 9, 2], 5), sorted([3, 1, 2], key=cmp_to_key(lambda a, b: b - a)))


@lru_cache(maxsize=None)
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


@lru_cache(maxsize=2)
def square(n):
    return n * n


print(fib(80), fib.cache_info())
for n in (1, 2, 1, 3, 2):
    square(n)
print(square.cache_info())
square.cache_clear()
print(square.cache_info(), square.__wrapped__(5))


@total_ordering
class Version:
    def __init__(self, n):
        self.n = n

    def __eq__(self, other):
        return self.n == other.n

    def __lt__(self, other):
        return self.n < other.n


print(Version(1) >= Version(1), Version(2) > Version(1), Version(1) <= Version(0))


@singledispatch
def describe(value):
    return "object"


@describe.register
def _(value: int):
    return "int"


@describe.register(list)
def _(value):
    return f"list of {describe(value[0])}"


print(describe("x"), describe(1), describe([1]), describe(True))


class Lazy:
    @cached_property
    def value(self):
        print("computed")
        return 42

    def scaled(self, by, extra=0):
        return self.value * by + extra

    double = partialmethod(scaled, 2)


lazy = Lazy()
print(lazy.value, lazy.value, lazy.double(), lazy.double(extra=1), "value" in lazy.__dict__)
try:
    reduce(lambda a, b: a, [])
except TypeError as error:
    print(error)
