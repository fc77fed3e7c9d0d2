"""A with statement on a Python class: __enter__ and __exit__ are looked up on a shared type and called."""

LOOPS = 600_000


class Section:
    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        return False


def run(loops):
    section = Section()
    entered = 0
    for _ in range(loops):
        with section:
            entered += 1
    return entered
