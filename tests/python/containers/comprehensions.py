"""Comprehensions: nesting, scopes, conditions, closures in them."""
print([x * y for x in range(3) for y in range(x) if x != 2 or y], {x: y for x, y in zip("ab", [1, 2])}, {c for c in "aa"}, list(x for x in "ab"))
print([[j for j in range(i)] for i in range(4)], [(i, j) for i in range(2) if i for j in "ab"], sum(i * i for i in range(5)))
x = "outer"
print([x for x in range(2)], x, [y := 5, y**2], y, [z for w in [[1, 2], [3]] for z in w])
functions = [lambda: i for i in range(3)]
print([f() for f in functions], [f() for f in [lambda i=i: i for i in range(3)]])


class Body:
    items = [1, 2]
    doubled = [i * 2 for i in items]
    pairs = [(i, j) for i in items for j in (10, 20)]


print(Body.doubled, Body.pairs)


def outer(n):
    return [[n + a + b for a in range(2)] for b in range(2)], (n for n in [n, n + 1])


rows, generator = outer(10)
print(rows, list(generator), any(v > 1 for v in [1, 2]), all([]), max((len(s), s) for s in ["a", "bbb", "cc"]))
last = None
print([last := v for v in "xyz"], last, [v for v in range(20) if v % 2 if v % 3])
try:
    [1 / v for v in (1, 0)]
except ZeroDivisionError as error:
    print(error)
