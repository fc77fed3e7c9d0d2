"""Dicts: order, views, mutation, merging, errors."""
d = {"a": 1, "b": 2, 3: "c", None: [], (1, 2): "t"}
print(d, len(d), d["a"], d[3], d.get("z"), d.get("z", 0), "a" in d, "z" in d, list(d), list(d.values()), list(d.items()))
d["a"] = 10
d["new"] = 5
del d[3]
print(d, d.pop("b"), d.pop("zz", None), d.setdefault("a", 0), d.setdefault("s", []), d.popitem(), d)
print({**d, "x": 1}, d | {"y": 2}, dict(a=1, b=2), dict([("k", "v")]), dict(zip("ab", (1, 2))), dict.fromkeys("ab", 0))
e = {"x": 1}
e |= {"x": 2, "y": 3}
e.update(z=4)
e.update([("w", 5)])
print(e, e == {"w": 5, "z": 4, "y": 3, "x": 2}, list(reversed(e)), e.keys() & {"x", "q"}, e.keys() | {"q"} == {"x", "y", "z", "w", "q"}, e.items() >= {("x", 2)})
print({1: "int", 1.0: "float", True: "bool"}, {x: x * x for x in range(4)}, {k: v for k, v in e.items() if v > 2})
keys = e.keys()
e["late"] = 0
print(keys, len(keys), "late" in keys, list(e.copy()) == list(e))
for i in range(100):
    e[i] = i
for i in range(0, 100, 2):
    del e[i]
print(len(e), sum(v for k, v in e.items() if isinstance(k, int)), next(iter(e)))
e.clear()
print(e, bool(e), repr({"s": {}}))
self_nested = {}
self_nested["me"] = self_nested
print(self_nested)


class Key:
    def __init__(self, name):
        self.name = name

    def __hash__(self):
        return 1

    def __eq__(self, other):
        return self.name == other.name

    def __repr__(self):
        return self.name


clash = {Key(n): n for n in "abcab"}
del clash[Key("b")]
print(clash, clash[Key("a")], Key("b") in clash)


def grow():
    table = {1: 1}
    for key in table:
        table[key + 1] = 1


class Missing(dict):
    def __missing__(self, key):
        return key * 2


print(Missing(a=1)["a"], Missing()["bc"])
for call in (lambda: {}["k"], lambda: {}.popitem(), lambda: {}.pop("q"), lambda: {[]: 1}, grow, lambda: dict([1]), lambda: dict([(1, 2, 3)])):
    try:
        print(call())
    except Exception as error:
        print(type(error).__name__, error)
