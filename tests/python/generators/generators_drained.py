"""Generators that built-in functions consume: what the consumer sees, and what the generator sees of itself."""

import sys
import threading


def numbers(n, log):
    try:
        for i in range(n):
            log.append(("in", i))
            yield i
        return "end"
    finally:
        log.append("out")


# Every consumer takes every item, in order, and the generator ends.
for consume in (list, tuple, set, frozenset, sum, any, all, min, max, sorted):
    log = []
    generator = numbers(4, log)
    print(consume.__name__, consume(generator), log, generator.gi_frame is None)
print("".join(str(i) for i in range(12)), dict((i, -i) for i in range(3)), [*numbers(2, [])])

# `any` and `all` stop where they know the answer, and the generator can go on.
g = (i for i in range(10))
print(any(i == 3 for i in g), next(g), all(i < 6 for i in g), next(g), list(g))
g = numbers(5, log := [])
print(any(g), log, g.gi_frame is not None, next(g))
g.close()
print(log)


# An item that cannot be added stops the generator right there.
def mixed():
    yield 1
    yield 2
    try:
        yield [3]
    finally:
        print("closed")
    yield 4


g = mixed()
try:
    set(g)
except TypeError as error:
    print(error)
print(g.gi_suspended)
try:
    print(next(g))
except StopIteration:
    print("stopped")
g = (x for x in (1, 2, "three", 4))
try:
    sum(g)
except TypeError as error:
    print(error)
print(list(g))
g = (x for x in (1, 2.5, 1j, 10**30, True))
print(sum(g), sum((x for x in (0.1, 0.2, 0.3, 1)), 0.5))


# Items whose hash and comparison run code see a suspended generator, and may even advance it.
class Item:
    def __init__(self, value):
        self.value = value

    def __hash__(self):
        seen.append((source.gi_running, source.gi_suspended))
        return self.value // 2

    def __eq__(self, other):
        seen.append(("eq", source.gi_running))
        if self.value == 3:
            seen.append(next(source, None) and "advanced")
        return isinstance(other, Item) and self.value == other.value


seen = []
source = (Item(i) for i in range(6))
print(len(set(source)), seen)
seen = []
source = (i for i in (1, 1, 2, 1))
result = {Item(2)}
result.update(source)
print(len(result), seen)


class Truth:
    def __bool__(self):
        print("asked", truths.gi_running)
        return False


truths = (x for x in (0, Truth(), None, 5, 6))
print(any(truths), next(truths))


# The generator sees itself run, and cannot be entered again.
def selfish():
    yield 1
    print("running", me.gi_running, me.gi_suspended, me.gi_frame.f_lineno > 0)
    try:
        next(me)
    except ValueError as error:
        print(error)
    try:
        list(me)
    except ValueError as error:
        print(error)
    yield 2


me = selfish()
print(list(me), me.gi_running)
me = selfish()
for item in me:
    print(item)


# Exceptions pass with their tracebacks and contexts; what is handled outside is seen inside, and only while it runs.
def failing(n):
    yield n
    raise KeyError(n)


def lines(error):
    names, traceback = [], error.__traceback__
    while traceback:
        names.append((traceback.tb_frame.f_code.co_name, traceback.tb_lineno))
        traceback = traceback.tb_next
    return names


for consume in (list, set, sum, lambda g: [x for x in g]):
    try:
        consume(failing(1))
    except KeyError as error:
        print(repr(error), lines(error))


def handling():
    print("first", repr(sys.exception()))
    try:
        raise ValueError("inner")
    except ValueError:
        yield repr(sys.exception())
        yield repr(sys.exception())
    print("last", repr(sys.exception()))
    yield repr(sys.exception())


try:
    raise KeyError("outer")
except KeyError:
    print(list(handling()))
    g = handling()
    print(next(g), repr(sys.exception()))
print(next(g), sys.exception())
print(list(g), sys.exception())
for item in handling():
    print(item, sys.exception())
try:
    raise OSError("while")
except OSError:
    for item in handling():
        print(item, repr(sys.exception()))


# StopIteration raised inside is an error, values returned are for `yield from` alone.
def raising():
    yield 1
    raise StopIteration(7)


try:
    list(raising())
except RuntimeError as error:
    print(error, repr(error.__cause__))


def returning():
    got = yield from numbers(2, [])
    print("got", got)
    yield got
    return 5


print(list(returning()))
g = returning()
while True:
    try:
        print(g.send(None))
    except StopIteration as stop:
        print(stop.value)
        break


# Values sent reach the yield that waits for them, in locals and in expressions.
def echo():
    total = 0
    while total < 10:
        total += (yield total) or 1
    x = yield "x"
    return x


print(list(echo()))
g = echo()
print(next(g), g.send(5), next(g), g.send(4), end=" ")
try:
    g.send("sent")
except StopIteration as stop:
    print(stop.value)


# Frames: what a generator that is consumed calls back sees the consumer's caller behind it.
def looking():
    frame = sys._getframe()
    yield frame.f_code.co_name
    yield frame.f_back.f_code.co_name
    local = 7
    yield frame.f_locals["local"]


def consumer():
    return list(looking())


print(consumer())
g = looking()
frame = g.gi_frame
print([x for x in g], frame.f_lineno > 0)


# Deep recursion of generators ends in RecursionError, and the generators stay usable or ended.
def deep(n):
    yield n
    yield from deep(n + 1)


def deep_natively(n):
    yield n
    yield from list(deep_natively(n + 1))


def deep_loop(n):
    yield n
    for x in deep_loop(n + 1):
        yield x


for function in (deep, deep_natively, deep_loop):
    try:
        print(len(list(function(0))))
    except RecursionError as error:
        print("RecursionError", sys.exception() is error)
print(sum(i for i in range(1000)))


# Only one thread at a time runs a generator; all items come out once.
def counted(n):
    for i in range(n):
        yield i


shared = counted(20000)
taken, refused = [[] for _ in range(4)], [0] * 4


def take(index):
    while True:
        try:
            taken[index].append(next(shared))
        except StopIteration:
            return
        except ValueError:
            refused[index] += 1


threads = [threading.Thread(target=take, args=(index,)) for index in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(sorted(x for each in taken for x in each) == list(range(20000)))

gate = threading.Event()


def blocking():
    yield 1
    inside.set()
    gate.wait()
    yield 2


for consume in (list, set, lambda g: [x for x in g]):
    gate.clear()
    inside = threading.Event()
    waiting = blocking()
    results = []
    thread = threading.Thread(target=lambda: results.append(consume(waiting)))
    thread.start()
    inside.wait()
    for attempt in (next, list, lambda g: g.send(None), lambda g: [x for x in g], lambda g: g.close()):
        try:
            attempt(waiting)
        except ValueError as error:
            print(error, waiting.gi_running, end="; ")
    gate.set()
    thread.join()
    print(results, waiting.gi_running)

# A generator made here, half consumed there, ended here.
half = counted(6)
next(half)
thread = threading.Thread(target=lambda: print(next(half), any(x == 3 for x in half)))
thread.start()
thread.join()
print(list(half))
