"""Creating and dropping instances of an empty Python class."""

LOOPS = 1_200_000


class Empty:
    pass


def run(loops):
    for _ in range(loops):
        last = Empty()
    return last
