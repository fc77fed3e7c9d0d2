"""send, throw and close: delivery, cleanup, delegation by yield from, errors."""


def echo():
    received = None
    while True:
        try:
            received = yield ("got", received)
        except ValueError as error:
            received = f"caught {error}"
        finally:
            pass


e = echo()
print(next(e), e.send(1), e.send("x"), e.throw(ValueError("v")), e.send(2))
e.close()
try:
    e.send(3)
except StopIteration as stop:
    print("stopped", stop.value)


def cleanup():
    try:
        yield 1
        yield 2
    except GeneratorExit:
        print("exit seen")
        raise
    finally:
        print("finally")


c = cleanup()
next(c)
c.close()
c.close()
next(cleanup())


def returns_on_close():
    try:
        yield 1
    except GeneratorExit:
        return "closing value"


r = returns_on_close()
next(r)
print(r.close())


def stubborn():
    try:
        yield 1
    except GeneratorExit:
        yield 2


s = stubborn()
next(s)
try:
    s.close()
except RuntimeError as error:
    print(error)


def inner():
    total = 0
    while True:
        value = yield total
        if value is None:
            return total
        total += value


def outer(results):
    while True:
        results.append((yield from inner()))


results = []
o = outer(results)
next(o)
for value in (1, 2, None, 10, None):
    o.send(value)
print(results)


def catching():
    try:
        yield from inner_raises()
    except KeyError as error:
        yield f"outer caught {error}"


def inner_raises():
    try:
        yield "in"
    except ValueError:
        raise KeyError("k")


k = catching()
print(next(k), k.throw(ValueError))
fresh = inner()
try:
    fresh.send(1)
except TypeError as error:
    print(error)
try:
    inner().throw(OSError("before start"))
except OSError as error:
    print(error)


def leaks():
    raise StopIteration("inside")
    yield


try:
    next(leaks())
except RuntimeError as error:
    print(error, "/", repr(error.__cause__))


def running():
    yield next(me)


me = running()
try:
    next(me)
except ValueError as error:
    print(error)
print(list((yield_ for yield_ in [1])), [*(x for x in iter([1, 2]))])


class Delegate:
    def __iter__(self):
        return iter("ab")


def from_iterable():
    got = yield from Delegate()
    return got


print(list(from_iterable()))
