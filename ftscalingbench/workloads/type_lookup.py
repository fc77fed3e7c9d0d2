"""Attribute look-ups on more types than a type's attribute cache holds: every thread walks the same 16384 classes."""

LOOPS = 40

TYPES = 16_384


class Base:
    def method(self):
        return 1


objects = [type("Type%d" % i, (Base,), {})() for i in range(TYPES)]


def run(loops):
    total = 0
    for _ in range(loops):
        for item in objects:
            total += item.method()
    return total
