t = (1, "two", 3.0)
print(t, t[0], len(t), t + (4,), (1,), ())
a, b, c = t
print(a, b, c)
(x, y), z = (1, 2), 3
print(x, y, z, (1, 2) < (1, 3), (1, 2) == (1, 2))
