"""A shared float constant as an operand: its count must not be written by every thread that multiplies by it."""

LOOPS = 3_000_000


def run(loops):
    x = 1.0
    for _ in range(loops):
        x = x * 1.0000001
    return x
