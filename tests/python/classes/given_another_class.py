"""Objects that are given a class whose instances are larger, or smaller, and die: their blocks keep their size."""

class Small: pass
class Large:
    def __init__(self):
        self.a = self.b = self.c = self.d = self.e = self.f = self.g = self.h = self.i = self.j = self.k = self.l = 1
for i in range(100):
    small = [Small() for i in range(64)]
    for s in small: s.__class__ = Large
    kept = [Small() for i in range(64)]
    for k in kept: k.x = [7]
    small = s = None
    large = [Large() for i in range(64)]
    for k in kept:
        assert k.x == [7], k.x
    for l in large: assert l.a == l.l == 1
print('ok')

for i in range(100):
    large = [Large() for i in range(64)]
    for l in large: l.__class__ = Small
    large = l = None
    kept = [Large() for i in range(64)]
    small = [Small() for i in range(64)]
    for s in small: s.x = [3]
    assert all(k.a == k.l == 1 for k in kept)
print('smaller')
