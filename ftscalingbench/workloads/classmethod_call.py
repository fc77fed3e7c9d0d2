"""Calling a class method on a shared class."""

LOOPS = 1_000_000


class Registry:
    @classmethod
    def successor(cls, x):
        return x + 1


def run(loops):
    x = 0
    for _ in range(loops):
        x = Registry.successor(x)
    return x
