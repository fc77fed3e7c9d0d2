"""Loops that take their items apart: pairs from dicts, `enumerate` and `zip`, and containers of other sizes."""

import gc
import weakref


def each(iterable):
    taken = []
    for a, b in iterable:
        taken.append((a, b))
    return taken


d = {"a": 1, 2: "b", None: 3.5}
print(each(d.items()), each(enumerate("xyz")), each(enumerate("xy", 2**62 - 1)), each(enumerate("xy", 10**30)))
print(each(zip("abc", [1, 2])), each(zip([1, 2], "abc")), each(zip("ab", "cd", strict=True)), each(zip()))
for bad in (lambda: each(zip("abc")), lambda: each(zip("a", "b", "c")), lambda: each([[1, 2, 3]]), lambda: each([[1]]),
            lambda: each(zip("abc", "d", strict=True)), lambda: each([1]), lambda: each(["abc"])):
    try:
        bad()
    except (ValueError, TypeError) as error:
        print(type(error).__name__, error)

# A dict that changes while its items are taken apart.
try:
    for key, value in d.items():
        d[key, value] = 0
except RuntimeError as error:
    print(error)
try:
    for key, value in d.items():
        del d[key]
        d[key, 0] = 0
except RuntimeError as error:
    print(error)

# The shorter iterator ends a zip; the longer has lost an item only where it came first.
first, second = iter([1, 2, 3]), iter("ab")
print(each(zip(first, second)), list(first), list(second))
first, second = iter([1, 2]), iter("abc")
print(each(zip(first, second)), list(first), list(second))


# Errors of the iterators pass.
def failing():
    yield 1
    raise KeyError("inner")


for make in (enumerate, lambda g: zip(g, "abc"), lambda g: zip("abc", g)):
    taken = []
    try:
        for pair in make(failing()):
            taken.append(pair)
        print("no error")
    except KeyError as error:
        print(error, taken)
    taken = []
    try:
        for a, b in make(failing()):
            taken.append((a, b))
    except KeyError as error:
        print(error, taken, error.__traceback__.tb_lineno > 0)


# The old values of the targets die where new ones take their place.
class Thing:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("gone", self.name)


def loop():
    for number, thing in enumerate(Thing(name) for name in "abc"):
        print(number, thing.name)
    print("end", thing.name)


loop()


# Targets that are no plain names, nested ones, loops within loops, `else`.
class Record:
    pass


record, items = Record(), {}
for record.x, items["k"] in {"p": 1, "q": 2}.items():
    print(record.x, items)
for i, (a, b) in enumerate({"x": 1}.items()):
    print(i, a, b)
for (a, b), [c, d, *e] in zip([(1, 2), [3, 4]], ["xyz", [5, 6]]):
    print(a, b, c, d, e)
for i, x in enumerate("ab"):
    for j, y in zip("cd", range(9)):
        if y:
            continue
        print(i, x, j, y)
else:
    print("else")
print([(a, b) for a, b in zip("ab", "cd")], {a: b for a, b in enumerate("ab")}, [b for _, b in {1: 2}.items() if b])


# Unpacking lists and tuples, swaps, and what is dropped with them.
def unpack(source):
    a, b, c = source
    return c, b, a


print(unpack([1, 2.5, "x"]), unpack((1, 2, 3)), unpack("abc"), unpack({1: 2, 3: 4, 5: 6}))
for source in ([1, 2], (1, 2, 3, 4), [1, 2, 3, 4], [], "ab", 5):
    try:
        unpack(source)
    except (ValueError, TypeError) as error:
        print(error)


def last_reference():
    a, b = [object(), Thing("first")]
    a, b, c = [b, a, Thing("third")]
    a, b = b, a
    del b
    print("swapped", type(a).__name__)


last_reference()

# Parts of lists, overwritten in place and otherwise, with parts of themselves.
perm = list(range(9))
for k in (3, 8, 0, 5):
    perm[: k + 1] = perm[k::-1]
    print(perm)
perm[2:4] = perm
print(perm)
perm[:] = perm
perm[1:3] = [Thing("x"), Thing("y")]
perm[1:3] = ["a", "b"]
perm[:3] = ()
perm[5:] = (n * n for n in range(3))
perm[::2] = [0] * len(perm[::2])
print(perm, perm[:], perm[2:5], perm[-3:], perm[::-2], perm[5:2])
reference = weakref.ref(Thing)
whole = [[i] for i in range(5)]
whole[1:4] = whole[2:5]
whole[0].append("seen")
whole[3].append("twice")
print(whole, whole[3] is whole[4])
perm = [1, 2, 3, 4, 5]
perm.insert(2, perm.pop(0))
perm.insert(99, perm.pop())
perm.insert(-1, perm.pop(-2))
print(perm, perm.pop(1), perm)


# dict loads find what equal keys store, whatever their types.
class Key:
    def __init__(self, value):
        self.value = value

    def __hash__(self):
        return hash(self.value)

    def __eq__(self, other):
        asked.append(other)
        return self.value == other


asked = []
d = {Key("k"): "key", 1: "one", "s": "text"}
print(d["k"], asked, d[True], d[1.0], d["s"], d["".join(["s", ""])])
asked = []
try:
    d["missing"], d[2]
except KeyError as error:
    print(repr(error), asked)
collisions = {0: "zero", 2**61 - 1: "also zero", -1: "minus", -2: "minus two"}
print([collisions[key] for key in (0, 2**61 - 1, -1, -2, False, 0.0)])
gc.collect()

# Sequences of a dict's elements.
d = {"a": 1, "b": [2]}
print(list(d), tuple(d), [*d], sorted(d), list(d.keys()), list(d.values()), list(d.items()), tuple(d.items()), [*d.values()])
taken = [0]
taken.extend(d)
taken += d.values()
taken[1:1] = d.items()
print(taken, dict(list(d.items())) == d)


class Backwards(dict):
    def __iter__(self):
        return reversed(list(self.keys()))


print(list(Backwards(d)), tuple(Backwards(d)), [*Backwards(d)], list(Backwards(d).items()))
