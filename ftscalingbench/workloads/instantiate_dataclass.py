"""Creating instances of a dataclass with three fields."""

from dataclasses import dataclass

LOOPS = 500_000


@dataclass
class Point:
    x: int
    y: int
    z: int


def run(loops):
    for i in range(loops):
        point = Point(x=i, y=2, z=3)
    return point.x
