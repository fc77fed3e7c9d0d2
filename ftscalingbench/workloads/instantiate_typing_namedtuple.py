"""Creating instances of a class derived from typing.NamedTuple."""

from typing import NamedTuple

LOOPS = 500_000


class Point(NamedTuple):
    x: int
    y: int
    z: int


def run(loops):
    for i in range(loops):
        point = Point(x=i, y=2, z=3)
    return point.x
