"""Built-in exception types: the hierarchy, attributes, constructors."""
for kind in (ZeroDivisionError, KeyError, FileNotFoundError, UnicodeDecodeError, ModuleNotFoundError, NotImplementedError, RecursionError, StopAsyncIteration, TabError, GeneratorExit, KeyboardInterrupt, SystemExit, BlockingIOError, ExceptionGroup, UserWarning, PythonFinalizationError):
    print(kind.__name__, [k.__name__ for k in kind.__mro__[1:-1]])
print(IOError is OSError, EnvironmentError is OSError, type(OSError(2, "x")).__name__, type(OSError(13, "x")).__name__, type(OSError("x")).__name__)
error = OSError(17, "exists", "file.txt")
print(type(error).__name__, error.errno, error.strerror, error.filename, str(error), error.args)
error = UnicodeDecodeError("utf-8", b"ab\xff", 2, 3, "why")
print(error, error.start, error.end, error.object, error.reason, error.encoding)
error = StopIteration(5)
print(error.value, StopIteration().value, SystemExit(3).code, ImportError("m", name="n", path="p").name, AttributeError("a", name="b", obj=1).obj, NameError("x", name="y").name)
error = SyntaxError("msg", ("file.py", 3, 5, "source line", 3, 8))
print(error.filename, error.lineno, error.offset, error.text, error.end_lineno, error.end_offset, error.msg, str(error))


class Both(KeyError, AttributeError):
    pass


try:
    raise Both("k")
except AttributeError as caught:
    print(repr(caught), str(caught))
error = Exception()
error.custom = 1
print(error.__dict__, error.__traceback__, error.__cause__, Exception.__new__(ValueError, 1, 2).args)
error.args = (1, 2)
print(error, repr(error))
