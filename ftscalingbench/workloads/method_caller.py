"""A shared operator.methodcaller object, applied to a private one."""

from operator import methodcaller

LOOPS = 800_000

call_size = methodcaller("size")


class Box:
    def size(self):
        return 1


def run(loops):
    box = Box()
    total = 0
    for _ in range(loops):
        total += call_size(box)
    return total
