"""collections: namedtuple, deque, Counter, OrderedDict, defaultdict, ChainMap, UserDict."""
from collections import ChainMap, Counter, OrderedDict, UserDict, defaultdict, deque, namedtuple

Point = namedtuple("Point", "x y", defaults=[0])
p = Point(1)
print(p, p.x, p[1], p == (1, 0), p._replace(x=5), p._asdict(), Point._fields, Point._make([7, 8]), Point(y=2, x=3), len(p), isinstance(p, tuple))
x, y = p
for bad in (lambda: Point(), lambda: Point(1, 2, 3), lambda: setattr(p, "x", 1), lambda: p.z):
    try:
        bad()
    except Exception as error:
        print(type(error).__name__, error)
d = deque([1, 2, 3], maxlen=4)
d.append(4)
d.append(5)
d.appendleft(0)
print(d, d.pop(), d.popleft(), d, len(d), d[0], d[-1], d.maxlen, 3 in d)
d.rotate(1)
d.extend("ab")
d.extendleft([9])
print(d, list(reversed(d)), d.count("a"), d.index("a"), deque("abc") == deque("abc"), deque())
d.clear()
try:
    d.pop()
except IndexError as error:
    print(error)
c = Counter("abracadabra")
print(c, c.most_common(2), c["z"], c + Counter("aa"), c - Counter("aaaa"), c & Counter("ab"), c.total(), sorted(c.elements())[:3], Counter(a=1) | Counter(a=2))
c.update("zz")
c.subtract("a")
print(c["z"], c["a"])
o = OrderedDict(a=1, b=2, c=3)
o.move_to_end("a")
o.move_to_end("c", last=False)
print(o, o.popitem(last=False), list(reversed(o)), OrderedDict(a=1, b=2) == OrderedDict(b=2, a=1), OrderedDict(a=1) == {"a": 1})
dd = defaultdict(list)
dd["k"].append(1)
print(dd, dd["new"], dict(dd), defaultdict(int, a=1)["a"], "q" in dd)
m = ChainMap({"a": 1}, {"a": 2, "b": 3})
m["c"] = 4
print(m["a"], m["b"], sorted(m), m.maps, m.new_child({"a": 0})["a"])


class Upper(UserDict):
    def __setitem__(self, key, value):
        super().__setitem__(key.upper(), value)


u = Upper(a=1)
u["b"] = 2
print(u, len(u), "A" in u)
