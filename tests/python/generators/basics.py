"""Generators: laziness, state, return values, iteration protocol, expression scope."""


def count(n):
    print("start")
    for i in range(n):
        yield i
    print("end")
    return "result"


g = count(2)
print(next(g), next(g))
try:
    next(g)
except StopIteration as stop:
    print(stop.value)
try:
    next(g)
except StopIteration as stop:
    print(stop.value)
print(list(count(1)), sum(x * x for x in range(4)), iter(g) is g, g.gi_running, type(g).__name__)


def primes():
    found = []
    n = 2
    while True:
        if all(n % p for p in found):
            found.append(n)
            yield n
        n += 1


p = primes()
print([next(p) for _ in range(10)])


def pipeline(source):
    evens = (n for n in source if n % 2 == 0)
    squares = (n * n for n in evens)
    return squares


print(list(pipeline(range(8))), max(pipeline(range(5))), 4 in pipeline(range(5)), dict((k, v) for k, v in [(1, 2)]), ",".join(str(i) for i in range(3)))


class Tree:
    def __init__(self, value, left=None, right=None):
        self.value, self.left, self.right = value, left, right

    def __iter__(self):
        if self.left:
            yield from self.left
        yield self.value
        if self.right:
            yield from self.right


print(list(Tree(2, Tree(1), Tree(4, Tree(3)))))


def nothing():
    return
    yield


print(list(nothing()), [*nothing()], next(nothing(), "empty"))
a, *b = (i for i in range(4))
print(a, b, count.__name__, g.__name__, g.gi_frame is None, g.gi_code.co_name)
interleaved = zip(primes(), primes())
print(next(interleaved), next(interleaved))


def self_reference():
    me = yield
    try:
        next(me)
    except ValueError as error:
        yield str(error)


s = self_reference()
next(s)
print(s.send(s))
