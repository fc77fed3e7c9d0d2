def calls(a, b, **c):
    f(a, 1, a.b)
    x = a.method(b, key=1)
    y = a(*b)
    f(1, *a, 2, k=3, **c)
    return a.b.c(x)(y)


@first
@second(1)
def decorated(a, /, b=1, *args, c, d=x, **kwargs) -> int:
    """Documentation.

        Indented.
    """


class Base(A, B, metaclass=M):
    """Documentation."""

    __private: int = 1

    def __init__(self):
        super().__init__()
        self.__x = self.y = __class__

    def method(self):
        return super(Base, self).method
