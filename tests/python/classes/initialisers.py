"""Calls of classes whose `__init__` runs in place: what it must not return, and where the error is raised."""


def attempt(make):
    kept = ["a", "b"]
    try:
        return [kept, make(), kept]
    except TypeError as error:
        line = error.__traceback__.tb_lineno - attempt.__code__.co_firstlineno
        return f"{error} (line {line}, {len(kept)} kept)"


class Returns:
    def __init__(self):
        return 5


class Yields:
    def __init__(self):
        yield 5


class Fine:
    def __init__(self, a, b=2, *, c=3):
        self.values = a, b, c


for kind in Returns, Yields, Fine:
    for _ in range(3):
        print(attempt(kind))


def nested(depth):
    try:
        return nested(depth - 1) if depth else Returns()
    finally:
        order.append(depth)


order = []
for _ in range(3):
    try:
        nested(2)
    except TypeError as error:
        print(error, order)
print([Fine(i, c=i).values for i in range(3)], Fine(1, 5).values)
