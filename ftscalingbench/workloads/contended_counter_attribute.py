"""Every thread adds to one attribute of one shared object, without a lock: updates may be lost, the object must not be."""

LOOPS = 800_000


class Counter:
    def __init__(self):
        self.count = 0


counter = Counter()


def run(loops):
    for _ in range(loops):
        counter.count += 1
    return counter.count
