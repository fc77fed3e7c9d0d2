"""Making a function object that closes over a variable, calling it once, dropping it."""

LOOPS = 700_000


def run(loops):
    total = 0
    for i in range(loops):

        def add(x):
            return x + i

        total = add(total) & 0xFFFF
    return total
