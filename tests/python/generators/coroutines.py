"""async and await driven by send: awaiting, results, exceptions, async for, async with, async generators and comprehensions."""
import types


@types.coroutine
def pause(value):
    return (yield value)


async def child(n):
    got = await pause(f"pause {n}")
    return n + got


async def main():
    first = await child(1)
    second = await child(2)
    return first + second


def drive(coroutine, answers):
    seen = []
    value = None
    try:
        while True:
            seen.append(coroutine.send(value))
            value = answers.pop(0)
    except StopIteration as stop:
        return seen, stop.value


print(drive(main(), [10, 20]))


class Awaitable:
    def __await__(self):
        got = yield "awaiting"
        return got * 2


async def uses():
    return await Awaitable() + 1


print(drive(uses(), [5]))


class Range:
    def __init__(self, n):
        self.n, self.i = n, 0

    def __aiter__(self):
        return self

    async def __anext__(self):
        if self.i == self.n:
            raise StopAsyncIteration
        self.i += 1
        await pause("next")
        return self.i


class Resource:
    async def __aenter__(self):
        await pause("enter")
        return "resource"

    async def __aexit__(self, kind, value, trace):
        await pause("exit")
        return kind is ValueError


async def loops():
    total = 0
    async for i in Range(3):
        total += i
    else:
        total += 100
    async with Resource() as r, Resource():
        total = (r, total)
        raise ValueError
    return total


print(drive(loops(), [None] * 20))


async def agen(n):
    try:
        for i in range(n):
            await pause("agen")
            got = yield i
            if got:
                print("asend", got)
    finally:
        print("agen closed")


async def consume():
    items = [i async for i in agen(3) if i]
    mapping = {i: await child(i) async for i in agen(2)}
    g = agen(5)
    first = await g.__anext__()
    second = await g.asend("hello")
    await g.aclose()
    try:
        await g.__anext__()
    except StopAsyncIteration:
        print("finished")
    return items, mapping, first, second


print(drive(consume(), [1] * 30))


async def fails():
    try:
        await child(1)
    except ValueError as error:
        return f"caught {error}"


f = fails()
f.send(None)
try:
    f.throw(ValueError("thrown"))
except StopIteration as stop:
    print(stop.value)
c = child(1)
c.send(None)
c.close()
for action in (lambda: c.send(None), lambda: next(c), lambda: iter(c), lambda: drive(uses(), ["a", "b"])):
    try:
        print(action())
    except Exception as error:
        print(type(error).__name__, error)


async def bad():
    await 5


try:
    bad().send(None)
except TypeError as error:
    print(error)
print(type(main).__name__, main.__code__.co_flags & 0x80 != 0, agen.__code__.co_flags & 0x200 != 0)
