"""Assignment forms: augmented, chained, walrus, annotated, del, conditional expressions, evaluation order."""


class Log:
    def __init__(self):
        self.events = []

    def __call__(self, name, value=None):
        self.events.append(name)
        return value

    def take(self):
        events, self.events = self.events, []
        return " ".join(events)


log = Log()
d = {}
log("container", d)[log("key", "k")] = log("value", 1)
print(log.take())
log("f", lambda *a, **k: None)(log("a"), *log("b", ()), log("c"), x=log("d"), **log("e", {}))
print(log.take())
{log("k1", 1): log("v1"), log("k2", 2): log("v2")}
print(log.take())
log("l", 1) < log("m", 0) < log("never")
print(log.take())
a = b = log("once", [])
print(a is b, log.take())
d[log("i", "k")] += log("plus", 5)
print(d, log.take())
x = 5
x += 1; x -= 2; x *= 6; x //= 5; x **= 3; x %= 50; x <<= 2; x |= 1; x ^= 3; x &= 0xFE; x >>= 1
print(x)
x /= 4
print(x)
y = [1]
z = y
y += (2,)
y *= 2
print(z, y is z)
t = ([],)
try:
    t[0] += [1]
except TypeError as error:
    print(error, t)
s = "a"
s += "b"
s *= 3
print(s, (n := 10) + n, [m := 1, m + 1], n if n > 5 else -n, "yes" if not n else "no")
if (length := len(s)) > 3 and (half := length // 2):
    print(length, half)
while (n := n - 3) > 0:
    print(n, end=" ")
print()
annotated: int = 3
undefined: str
print(annotated, "undefined" in globals())
del annotated, d["k"], y[0], y[1:]
print(d, y, "annotated" in globals())
try:
    annotated
except NameError as error:
    print(error)
(p), [q] = 1, [2]
print(p, q)
p = q = r = 0
print(p, q, r)
i, a = 1, [0, 0, 0]
i = a[i] = 2
print(i, a)
pass; print("semicolons"); print("work")
if 1: print("inline if")
for _ in range(1): print("inline for")
print((1,), (1), 1,)
print(not True == False, 2**3**2, -2**2, 1 - 1 - 1, 2 * 3 % 4, 7 // 2 * 2, 1 if 0 else 2 if 0 else 3, ~-1, 5 & 3 == 1, 1 or 0 and 0)
