"""The iterator protocol: classes, sequences without __iter__, exhaustion, iterators of built-ins, mutation during iteration."""


class Countdown:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        return self

    def __next__(self):
        if self.n == 0:
            raise StopIteration
        self.n -= 1
        return self.n


class Sequence:
    def __getitem__(self, i):
        if i > 2:
            raise IndexError
        return i * 10


print(list(Countdown(3)), list(Sequence()), 20 in Sequence(), list(reversed([1, 2])), [*Countdown(2)], tuple(Countdown(2)), sum(Countdown(4)))
it = iter([1, 2, 3])
print(next(it), list(it), list(it), next(it, "done"))
for i in Countdown(3):
    if i == 1:
        break
else:
    print("no break")
for i in []:
    pass
else:
    print("else of an empty loop")
items = [1, 2, 3]
for item in items:
    if item < 3:
        items.append(item + 10)
    if len(items) > 6:
        break
print(items)
pairs = iter({"a": 1}.items())
print(next(pairs), next(pairs, None), list(iter(range(3))), [c for c in "héy"], list(b"ab"), list(map(str, (1, 2))), list(zip()))
a = iter(range(6))
print(list(zip(a, a)), list(enumerate(iter("ab"))), type(iter([])).__name__, type(iter({})).__name__, type(iter("")).__name__, type(iter(range(1))).__name__)
d = {1: 1}
try:
    for k in d:
        d[k + 1] = 1
except RuntimeError as error:
    print(error)
s = {1}
try:
    for k in s:
        s.add(k + 1)
except RuntimeError as error:
    print(error)


class BadIter:
    def __iter__(self):
        return 5


class NoNext:
    def __iter__(self):
        return self


for bad in (BadIter(), NoNext(), 5, None):
    try:
        for _ in bad:
            pass
    except TypeError as error:
        print(error)
import operator

print(operator.length_hint(iter([1, 2, 3])), operator.length_hint(Countdown(1), 9))
