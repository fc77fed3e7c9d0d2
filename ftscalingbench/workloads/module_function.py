"""A Python function called through an attribute of a shared module object."""

import sys

LOOPS = 1_500_000

arithmetic = type(sys)("arithmetic")
exec("def successor(x):\n    return x + 1\n", arithmetic.__dict__)


def run(loops):
    x = 0
    for _ in range(loops):
        x = arithmetic.successor(x)
    return x
