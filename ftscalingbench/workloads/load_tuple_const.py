"""A tuple constant of shared code, loaded and indexed by every thread."""

LOOPS = 2_000_000


def run(loops):
    total = 0
    for _ in range(loops):
        pair = (17, "seventeen")
        total += pair[0]
    return total
