"""Generator expressions: what they see, what they are called, and what is seen of them."""
import asyncio
import gc


def around(a, b):
    made = (a * i + b for i in range(4))
    b = 100
    return made


print(list(around(2, 1)))
print([f() for f in (lambda: i for i in range(3))], [f() for f in list(lambda: i for i in range(3))])
print(list((i, j, k) for i in range(2) for j in range(i, 2) if j for k in (i, j)))
print(list(list(x + y for y in range(2)) for x in range(2)))


class Base:
    scale = 3
    values = [v for v in range(2)]
    first = tuple(v * 2 for v in values)

    def method(self):
        return list((__class__.__name__, self.scale * i) for i in range(2))


print(Base.first, Base().method())


def many(a, b, c, d, e, f, g, h, i, j, k, l, m):
    return (sum((a, b, c, d, e, f, g, h, i, j, k, l, m, n, o)) for n in range(2) for o in range(n + 1))


large = many(*range(13))
print(next(large), list(large))

g = around(1, 1)
print(g.__name__, g.__qualname__, g.gi_code.co_name, g.gi_code.co_freevars, sorted(g.gi_frame.f_locals))
print(next(g), sorted(k for k in g.gi_frame.f_locals if k != ".0"), g.gi_frame.f_globals is globals())
g.__name__ = "other"
print(g.__name__, g.__qualname__)
try:
    (1 for _ in (None for _ in 5))
except TypeError as error:
    print(error)
raising = (1 // i for i in (1, 0))
print(next(raising))
try:
    next(raising)
except ZeroDivisionError as error:
    trace = error.__traceback__
    print(trace.tb_next.tb_frame.f_code.co_name)
print(list(raising))
try:
    (i for i in range(3)).send(1)
except TypeError as error:
    print(error)


async def letters():
    for letter in "abc":
        yield letter


async def main():
    print([x async for x in (letter * 2 async for letter in letters())])
    waiting = (await asyncio.sleep(0, i) for i in range(2))
    print(type(waiting).__name__, [x async for x in waiting])


asyncio.run(main())
namespace = {"n": 3}
exec("print(list(n * i for i in range(2)))", namespace)
print(eval("sum(x for x in range(n))", namespace))


def keeps():
    cell = [0]
    return (cell for _ in range(2))


kept = keeps()
gc.collect()
first = next(kept)
first.append(1)
print(next(kept))
codes = [c for c in around.__code__.co_consts if hasattr(c, "co_name")]
print([c.co_name for c in codes], any((i for i in (0, 0, 3))), all(i for i in (1, 2)))
