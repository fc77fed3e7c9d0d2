"""Reference cycles: collection, finalizers in cycles, resurrection."""
import gc
import weakref

gc.disable()


class Node:
    def __init__(self, name):
        self.name = name
        self.other = None

    def __del__(self):
        print("del", self.name)


class Silent:
    pass


def ring(names):
    nodes = [Node(n) for n in names]
    for a, b in zip(nodes, nodes[1:] + nodes[:1]):
        a.other = b


ring("a")
print("before")
gc.collect()
print("after")
s = Silent()
s.items = [s, {"s": s}, lambda: s]
r = weakref.ref(s)
del s
gc.collect()
print(r() is None)
kept = []


class Phoenix:
    def __init__(self):
        self.me = self

    def __del__(self):
        print("dying")
        kept.append(self)


Phoenix()
gc.collect()
print(len(kept), type(kept[0].me).__name__)
kept.clear()
gc.collect()
print("gone for good")


class Fails:
    def __del__(self):
        raise ValueError("ignored")


import sys

sys.unraisablehook = lambda u: print("unraisable", type(u.exc_value).__name__, u.exc_value)
f = Fails()
del f
gc.collect()
lists = []
for i in range(1000):
    a = [i]
    a.append(a)
    lists.append(weakref.ref(Silent()))
print(gc.isenabled(), gc.collect() >= 0)


def generator():
    me = yield
    try:
        yield
    finally:
        print("generator closed")


g = generator()
next(g)
g.send(g)
del g
gc.collect()
print("end")
