"""Timing for the programs of this folder: the seconds of the best of a few passes."""

from time import perf_counter

PASSES = 7


def print_best(run, expected):
    """Runs `run()` again and again, checks what it returns, and prints the best pass's seconds."""
    best = None
    for _ in range(PASSES):
        start = perf_counter()
        result = run()
        seconds = perf_counter() - start
        if result != expected:
            raise AssertionError("expected %r, not %r" % (expected, result))
        if best is None or seconds < best:
            best = seconds
    print("%.9f" % best)
