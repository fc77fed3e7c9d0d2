"""Creating, draining and finishing short generators."""

LOOPS = 150_000


def count_to(limit):
    i = 0
    while i < limit:
        yield i
        i += 1


def run(loops):
    total = 0
    for _ in range(loops):
        for value in count_to(10):
            total += value
    return total
