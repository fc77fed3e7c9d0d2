"""A call to a Python function held in a global variable."""

LOOPS = 1_500_000


def successor(x):
    return x + 1


def run(loops):
    x = 0
    for _ in range(loops):
        x = successor(x)
    return x
