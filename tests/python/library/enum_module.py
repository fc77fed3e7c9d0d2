"""enum."""
from enum import Enum, Flag, IntEnum, StrEnum, auto, unique


class Colour(Enum):
    RED = 1
    GREEN = 2
    CRIMSON = 1

    @property
    def pretty(self):
        return self.name.title()


class Level(IntEnum):
    LOW = 1
    HIGH = auto()


class Permission(Flag):
    READ = auto()
    WRITE = auto()
    BOTH = READ | WRITE


class Name(StrEnum):
    FIRST = auto()
    SECOND = "two"


print(Colour.RED, repr(Colour.RED), Colour.RED.name, Colour.RED.value, Colour(2), Colour["GREEN"], Colour.CRIMSON is Colour.RED, list(Colour), len(Colour), Colour.RED in Colour, Colour.GREEN.pretty)
print(Level.HIGH > Level.LOW, Level.HIGH + 1, f"{Level.HIGH}", repr(Level.LOW), Level(1), sorted(Level, reverse=True), isinstance(Level.LOW, int), {Level.LOW: "a"}[1])
print(Permission.READ | Permission.WRITE, Permission.BOTH & Permission.READ, ~Permission.READ, Permission.READ in Permission.BOTH, Permission(0), bool(Permission(0)), Permission(3), list(Permission.BOTH))
print(Name.FIRST, Name.SECOND + "!", Name("two"), Colour.__members__["CRIMSON"], type(Colour.RED), Colour.RED == 1, hash(Colour.RED) == hash(Colour.RED))
for bad in (lambda: Colour(9), lambda: Colour["BLUE"], lambda: Colour.BLUE, lambda: setattr(Colour, "RED", 5), lambda: Colour.RED < Colour.GREEN, lambda: type("Sub", (Colour,), {})):
    try:
        bad()
    except Exception as error:
        print(type(error).__name__, error)
try:

    @unique
    class Dup(Enum):
        A = 1
        B = 1
except ValueError as error:
    print(error)
print(Enum("Made", "X Y").Y.value, [c.name for c in Enum("Made", {"P": 1})])
