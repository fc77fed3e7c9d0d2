"""What a function object knows: names, code, annotations, defaults, attributes of its own."""


def sample(a: int, b: "text" = 1, *args, c=2, **kw) -> float:
    """Doc line.

    More.
    """
    local = a
    return local


print(sample.__name__, sample.__qualname__, sample.__module__, repr(sample.__doc__))
print(sample.__annotations__, sample.__defaults__, sample.__kwdefaults__)
code = sample.__code__
print(code.co_name, code.co_varnames, code.co_argcount, code.co_kwonlyargcount, code.co_posonlyargcount, code.co_flags & 0x0C, code.co_firstlineno)
sample.tag = "mine"
print(sample.tag, sample.__dict__, callable(sample), callable(1))
sample.__defaults__ = (7,)
sample.__name__ = "renamed"
print(sample(0), sample.__name__)


class C:
    def method(self):
        class Inner:
            def deep(self):
                pass

        return Inner


print(C.method.__qualname__, C().method.__func__ is C.method, C().method().deep.__qualname__, C().method().__qualname__, (lambda: 0).__qualname__)
bound = C().method
print(bound.__self__.__class__ is C, bound == bound.__self__.method, bound.__name__)
x: int = 5
print(x, max(3, 1, 2), max("abc", key=lambda ch: -ord(ch)), min([4, 2]), max([], default=0), sum([[1], [2]], []), abs(-2), divmod(7, 2), pow(2, 5))
