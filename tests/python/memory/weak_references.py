"""Weak references: liveness, callbacks, proxies, dictionaries, sets, finalize."""
import gc
import weakref


class Thing:
    def __init__(self, name):
        self.name = name

    def __repr__(self):
        return f"Thing({self.name})"


def collect():
    gc.collect()


t = Thing("a")
r = weakref.ref(t, lambda ref: print("callback", ref() is None))
p = weakref.proxy(t)
print(r() is t, p.name, weakref.getweakrefcount(t), r == weakref.ref(t), weakref.ref(t) is weakref.ref(t))
p.name = "b"
print(t.name)
del t
collect()
print(r())
try:
    p.name
except ReferenceError as error:
    print(error)
values = weakref.WeakValueDictionary()
keys = weakref.WeakKeyDictionary()
members = weakref.WeakSet()
x, y = Thing("x"), Thing("y")
values["x"], values["y"] = x, y
keys[x], keys[y] = 1, 2
members.add(x)
members.add(y)
print(len(values), len(keys), len(members), values["x"], keys[y], x in members)
del x
collect()
print(len(values), len(keys), len(members), "x" in values, list(values.items()))
weakref.finalize(y, print, "finalized", 5)
del y
collect()
print(len(values))
for bad in (1, "s", (), None):
    try:
        weakref.ref(bad)
    except TypeError as error:
        print(error)


class Method:
    def hello(self):
        return "hello"


m = Method()
w = weakref.WeakMethod(m.hello)
print(w()())
del m
collect()
print(w())
