"""Unpacking in assignments, calls, displays, loops and returns."""
a, b = 1, 2
a, b = b, a
(c, [d, e]), f = (1, "xy"), 3
first, *middle, last = range(5)
*start, end = "ab"
only, *rest = [1]
x = y = [0]
print(a, b, c, d, e, f, first, middle, last, start, end, only, rest, x is y)
for i, (j, *k) in enumerate([(1, 2, 3), "ab"]):
    print(i, j, k)
target = {}
target["k"], target["l"] = 1, 2
i = 0
i, target[i] = 5, "index uses the new i"
print(target)


def pair():
    return 1, *(2, 3)


print(pair(), [*range(2), *"ab"], {**{"a": 1}, **{"a": 2}}, (*[], 1), {*[1, 1]})
for source in (lambda: [1], lambda: [1, 2, 3], lambda: 5, lambda: iter([])):
    try:
        p, q = source()
    except Exception as error:
        print(type(error).__name__, error)
try:
    p, *q, r = [1]
except ValueError as error:
    print(error)
