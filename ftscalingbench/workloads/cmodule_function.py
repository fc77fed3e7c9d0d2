"""A call to a function of a built-in module, reached through the shared module object: math.cos."""

import math

LOOPS = 1_500_000


def run(loops):
    x = 0.0
    for _ in range(loops):
        x = math.cos(x)
    return x
