"""Zero-argument super() in a method; every run makes its own subclass, so the base is shared and the subclass private."""

LOOPS = 700_000


class Base:
    def step(self, x):
        return x + 1


def run(loops):
    class Derived(Base):
        def step(self, x):
            return super().step(x)

    derived = Derived()
    x = 0
    for _ in range(loops):
        x = derived.step(x)
    return x
