"""Calling a static method on a shared class."""

LOOPS = 1_200_000


class Registry:
    @staticmethod
    def successor(x):
        return x + 1


def run(loops):
    x = 0
    for _ in range(loops):
        x = Registry.successor(x)
    return x
