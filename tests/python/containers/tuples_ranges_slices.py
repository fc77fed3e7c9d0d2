"""Tuples, ranges, slice objects."""
t = (1, "a", 2.5)
print(t, t[1], t[-1], t[:2], t + (4,), t * 2, len(t), "a" in t, t.index("a"), t.count(1), (1,), (), ((),), t == (1, "a", 2.5), hash((1, 2)) == hash((1, 2)))
r = range(2, 20, 3)
print(r, list(r), r[2], r[-1], r[1:4], r[::-1], len(r), 8 in r, 9 in r, r.index(11), r == range(2, 19, 3), range(0) == range(5, 5), list(range(5, 0, -2)), r.start, r.stop, r.step)
print(range(10**20)[10**19], 10**19 in range(0, 10**20, 10), list(reversed(range(3))))
s = slice(1, 10, 2)
print(s, s.start, s.stop, s.step, s.indices(5), slice(None, None, -1).indices(4), [0, 1, 2, 3, 4, 5][s], slice(3) == slice(None, 3, None))


class Recorder:
    def __getitem__(self, key):
        return key


get = Recorder()
print(get[1], get[1:2], get[:, 1:2, ::3], get[...], get[()], get[1, 2], get["a":"b"])
for call in ("(1,)[3]", "range(1, 2, 0)", "range(3)[5]", "slice(1, 2, 0).indices(3)", "(1, 2).index(9)", "range(1.5)", "len(range(10**20))"):
    try:
        print(eval(call))
    except Exception as error:
        print(call, type(error).__name__, error)
