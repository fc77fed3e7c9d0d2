"""Sets and frozensets."""


def show(s):
    return sorted(s)


a, b = {1, 2, 3}, {2, 3, 4}
print(show(a | b), show(a & b), show(a - b), show(a ^ b), a <= b, {2, 3} < a, a >= {1}, a.isdisjoint({9}), a == {3, 2, 1}, 2 in a)
a.add(5)
a.discard(77)
a.remove(1)
a |= {8}
a -= {2}
a &= {3, 5, 8}
a ^= {3, 10}
print(show(a), len(a), show(a.union([1], (2,))), show(a.intersection([5])), show(a.difference([5])), show({x % 3 for x in range(10)}))
f = frozenset("abca")
print(show(f), hash(f) == hash(frozenset("cba")), f == set("abc"), {f: 1}[frozenset("abc")], show(f | {"z"}), type(f | {"z"}).__name__, type({"z"} | f).__name__)
print(set(), frozenset(), {1}, frozenset({1}), bool(set()), show(set([1, 1, 2])), show({*"ab", *"bc"}))
s = {1}
s.update([2], {3})
print(show(s), s.pop() in (1, 2, 3), len(s))
s.clear()
for call in ("{1}.remove(2)", "set().pop()", "{[]}", "{1} | [2]", "{1} < 1", "hash(set())"):
    try:
        print(eval(call))
    except Exception as error:
        print(call, type(error).__name__, error)
