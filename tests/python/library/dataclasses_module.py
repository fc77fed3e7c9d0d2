"""dataclasses."""
from dataclasses import FrozenInstanceError, asdict, astuple, dataclass, field, fields, replace


@dataclass
class Item:
    name: str
    price: float = 1.0
    tags: list = field(default_factory=list, repr=False)
    total: float = field(init=False)

    def __post_init__(self):
        self.total = self.price * 2


@dataclass(order=True, frozen=True)
class Version:
    major: int
    minor: int = 0


@dataclass
class Special(Item):
    extra: int = 5


@dataclass(slots=True, kw_only=True)
class Slotted:
    a: int
    b: int = 2


i = Item("x", 3.0)
print(i, i.total, i == Item("x", 3.0), Item("a").tags is Item("a").tags, asdict(i), astuple(i), [f.name for f in fields(i)], replace(i, name="y"))
print(Version(1, 2) < Version(1, 3), sorted([Version(2), Version(1, 5)]), hash(Version(1)) == hash(Version(1)), {Version(1): "k"}[Version(1)], Special("s"), Slotted(a=1), hasattr(Slotted(a=1), "__dict__"))
for bad in (lambda: setattr(Version(1), "major", 2), lambda: Item(), lambda: Slotted(1), lambda: hash(i), lambda: Version(1) < 1):
    try:
        bad()
    except (FrozenInstanceError, TypeError) as error:
        print(type(error).__name__, error)
match Version(3, 4):
    case Version(major, minor):
        print(major, minor)
try:

    @dataclass
    class Bad:
        items: list = []
except ValueError as error:
    print(error)
