"""match: literals, captures, sequences, mappings, classes, guards, alternatives, values."""
from types import SimpleNamespace

constants = SimpleNamespace(RED="red", LIMIT=5)


class Point:
    __match_args__ = ("x", "y")

    def __init__(self, x, y):
        self.x, self.y = x, y


class Point3(Point):
    def __init__(self, x, y, z):
        super().__init__(x, y)
        self.z = z


def classify(value):
    match value:
        case None | True | False:
            return "singleton"
        case 0 | -1 | 1.5 | "text" | b"bytes" | 1 + 2j:
            return "literal"
        case constants.RED:
            return "value pattern"
        case int(n) if n > constants.LIMIT:
            return f"big int {n}"
        case int() | float():
            return "number"
        case str(s):
            return f"str {s}"
        case []:
            return "empty"
        case [x]:
            return f"one {x}"
        case [1, _, *rest]:
            return f"starts with 1, rest {rest}"
        case (x, (y, *_), z):
            return f"nested {x} {y} {z}"
        case [*_, "last"]:
            return "ends with last"
        case {"kind": "a", "value": v, **rest}:
            return f"mapping {v} {rest}"
        case {}:
            return "some mapping"
        case Point3(0, z=z) as whole:
            return f"point3 {z} {type(whole).__name__}"
        case Point(x=0, y=0):
            return "origin"
        case Point(x, y) if x == y:
            return f"diagonal {x}"
        case Point(x, 5 | 6 as y):
            return f"five or six {x} {y}"
        case (list() | tuple()) as sequence:
            return f"sequence of {len(sequence)}"
        case _:
            return "other"


for value in (None, True, 0, -1, 1.5, "text", b"bytes", 1 + 2j, "red", 7, 3, 2.5, "str", [], (9,), [1, 2, 3, 4], (5, (6, 7, 8), 9), [7, "a", "last"], {"kind": "a", "value": 1, "more": 2}, {"x": 1}, Point3(0, 1, 2), Point(0, 0), Point(4, 4), Point(1, 6), Point(1, 2), [7, 8, 9, 10], {1, 2}, range(2), "x", object()):
    print(type(value).__name__, classify(value))


def shape(command):
    match command.split():
        case ["go", ("north" | "south") as direction]:
            return direction
        case ["get", item, *others] if others:
            return item, others
        case ["quit" | "exit"]:
            return "bye"
    return "no match"


print(shape("go north"), shape("go up"), shape("get a b"), shape("get a"), shape("exit"))
match 1, 2:
    case a, b:
        print(a, b)
match x := 5:
    case y:
        print(x, y)
match = {"match": 1}
case = match["match"]
print(match, case)
try:
    match Point(1, 2):
        case Point(1, 2, 3):
            pass
except TypeError as error:
    print(error)
try:
    match 1:
        case constants.MISSING:
            pass
except AttributeError as error:
    print(error)


# `collections.abc` registers text as a sequence; patterns take it for one value all the same.
import collections.abc


def kind(value):
    match value:
        case [first, *rest]:
            return "sequence"
        case str() | bytes() | bytearray():
            return "text"


print(kind("abc"), kind(b"abc"), kind(bytearray(3)), kind(range(2)), kind((1,)))
