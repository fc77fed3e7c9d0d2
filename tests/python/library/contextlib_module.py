"""contextlib."""
from contextlib import ExitStack, closing, contextmanager, nullcontext, redirect_stdout, suppress
from io import StringIO


@contextmanager
def tag(name):
    print(f"<{name}>")
    try:
        yield name.upper()
    except KeyError as error:
        print("swallowed", error)
    finally:
        print(f"</{name}>")


with tag("a") as value:
    print(value)
with tag("b"):
    raise KeyError("k")
try:
    with tag("c"):
        raise ValueError("v")
except ValueError as error:
    print("outside", error)


@tag("decorator")
def work():
    print("work")


work()
with suppress(ZeroDivisionError, KeyError):
    1 / 0
with ExitStack() as stack:
    names = [stack.enter_context(tag(n)) for n in "xy"]
    stack.callback(print, "callback", 1)
    print(names)
with nullcontext(5) as five:
    print(five)


class Closable:
    def close(self):
        print("closed")


with closing(Closable()):
    pass
buffer = StringIO()
with redirect_stdout(buffer):
    print("captured")
print(repr(buffer.getvalue()))


@contextmanager
def broken():
    if False:
        yield


try:
    with broken():
        pass
except RuntimeError as error:
    print(error)
