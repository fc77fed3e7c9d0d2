"""Reading an attribute whose value a Python descriptor computes: __get__ is called on a shared descriptor object."""

LOOPS = 800_000


class Doubled:
    def __get__(self, instance, owner):
        return instance.value * 2


class Holder:
    doubled = Doubled()

    def __init__(self):
        self.value = 21


def run(loops):
    holder = Holder()
    total = 0
    for _ in range(loops):
        total += holder.doubled
    return total
