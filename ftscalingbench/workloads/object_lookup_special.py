"""A built-in that looks a special method up on the argument's type: round() of a float."""

LOOPS = 1_000_000


def run(loops):
    total = 0
    for i in range(loops):
        total += round(i / 3)
    return total
