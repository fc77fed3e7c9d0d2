"""Reading members of an Enum class as attributes of the class, and their values."""

from enum import Enum

LOOPS = 800_000


class Colour(Enum):
    RED = 1
    GREEN = 2
    BLUE = 3


def run(loops):
    total = 0
    for _ in range(loops):
        if Colour.RED is not Colour.GREEN:
            total += 1
        last = Colour.BLUE
    return total, last
