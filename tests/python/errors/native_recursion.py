"""Recursion through native code: deeply nested source, repr of deep and self-nested containers, comparison of them."""


def attempt(action):
    try:
        return action()
    except (RecursionError, SyntaxError, MemoryError) as error:
        return type(error).__name__


deep = []
for _ in range(200_000):
    deep = [deep]
other = []
for _ in range(200_000):
    other = [other]
loop = []
loop.append(loop)
print(repr(loop), str([loop]), attempt(lambda: repr(deep)), attempt(lambda: deep == other))
print(attempt(lambda: eval("(" * 500 + ")" * 500)) in ("SyntaxError", "RecursionError", "MemoryError"))
print(attempt(lambda: eval("-" * 200_000 + "1")) in ("SyntaxError", "RecursionError", "MemoryError"))
print(attempt(lambda: compile("a" + ".b" * 200_000, "f", "eval")) in ("SyntaxError", "RecursionError", "MemoryError"))
nested = ()
for _ in range(200_000):
    nested = (nested,)
print(attempt(lambda: hash(nested)))
del deep, other, nested
print("dropped")


class Cycle:
    def __eq__(self, other):
        return self == other

    def __str__(self):
        return f"{self}"


print(attempt(lambda: Cycle() == 1), attempt(lambda: str(Cycle())))
