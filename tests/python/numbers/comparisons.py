"""Comparison operators: chaining, mixed types, identity, truth values."""
print(1 < 2 < 3, 1 < 3 < 2, 1 == 1.0 == True, 3 > 2 != 1, not 1 < 2)
print([1, 2] < [1, 3], (1, 2) < (1, 2, 0), "abc" < "abd", "Z" < "a", b"a" < b"b", {1} < {1, 2}, {1} <= {2})
print(None is None, [] is [], () == (), "a" != "a", 1 in [1, 2], 3 not in (1, 2), "b" in "abc", 2 in {1: 2})
for value in (0, 1, 0.0, "", "x", [], [0], (), {}, {1: 1}, set(), None, range(0), range(1), b"", 0j):
    print(repr(value), bool(value), end="; ")
print()


def side(value, log=[]):
    log.append(value)
    return value if value != "log" else log


print(side(0) and side(1), side(2) or side(3), side(4) if side(5) else side(6), not side(7))
print(side(1) < side(0) < side(9), side("log"))
for left, right in ((1, "a"), ([], ()), (None, 0), ({}, {}), (1j, 2j)):
    try:
        print(left < right)
    except TypeError as error:
        print(error)
