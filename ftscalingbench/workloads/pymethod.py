"""A Python method that updates an attribute of its own, private object."""

LOOPS = 1_000_000


class Counter:
    def __init__(self):
        self.count = 0

    def increment(self):
        self.count += 1


def run(loops):
    counter = Counter()
    for _ in range(loops):
        counter.increment()
    return counter.count
