"""Chaining: __cause__, __context__, from None, contexts across functions, sys.exception, tracebacks of each."""
import sys


def low():
    raise KeyError("low")


def middle(how):
    try:
        low()
    except KeyError as error:
        if how == "from":
            raise ValueError("middle") from error
        if how == "none":
            raise ValueError("middle") from None
        raise ValueError("middle")


for how in ("from", "none", "implicit"):
    try:
        middle(how)
    except ValueError as error:
        print(how, repr(error.__cause__), repr(error.__context__), error.__suppress_context__)
try:
    try:
        1 / 0
    finally:
        {}["in finally"]
except KeyError as error:
    print(repr(error), repr(error.__context__))
print(sys.exception(), sys.exc_info())
try:
    raise ValueError(1)
except ValueError:
    print(repr(sys.exception()))
    try:
        raise KeyError(2)
    except KeyError:
        print(repr(sys.exception()), repr(sys.exception().__context__))
    print(repr(sys.exception()))
print(sys.exception())


def generator():
    try:
        yield 1
    except TypeError:
        print("in generator", repr(sys.exception()))
        yield 2


g = generator()
next(g)
try:
    raise ValueError("around")
except ValueError:
    g.throw(TypeError("thrown"))
    print("outside", repr(sys.exception()))
try:
    raise
except RuntimeError as error:
    print(error)
try:
    raise ValueError from 5
except TypeError as error:
    print(error)
error = ValueError("kept")
try:
    raise error
except ValueError:
    pass
depth, trace = 0, error.__traceback__
while trace:
    depth, trace = depth + 1, trace.tb_next
print(depth, error.__traceback__.tb_lineno, error.with_traceback(None).__traceback__)


def loop_contexts():
    try:
        try:
            raise ValueError("a")
        except ValueError as a:
            try:
                raise KeyError("b")
            except KeyError as b:
                raise a
    except ValueError as error:
        return repr(error), repr(error.__context__), repr(error.__context__.__context__)


print(loop_contexts())
