"""Creating instances of a class made by collections.namedtuple."""

from collections import namedtuple

LOOPS = 500_000

Point = namedtuple("Point", ["x", "y", "z"])


def run(loops):
    for i in range(loops):
        point = Point(x=i, y=2, z=3)
    return point.x
