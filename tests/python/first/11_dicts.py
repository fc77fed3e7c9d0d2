d = {"a": 1, "b": 2}
d["c"] = 3
d["a"] += 10
print(d, len(d), d["b"], "a" in d, "z" in d, d.get("z"), d.get("z", 0))
for key in d:
    print(key, d[key])
del d["b"]
print(d, {}, {1: {2: 3}})
