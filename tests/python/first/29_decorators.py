def twice(function):
    def wrapper(*args):
        return function(*args) * 2

    return wrapper


@twice
def add(a, b):
    return a + b


class C:
    @property
    def p(self):
        return "property"

    @staticmethod
    def s(x):
        return x

    @classmethod
    def c(cls):
        return cls.__name__


print(add(1, 2), C().p, C.s(5), C().s(6), C.c(), C().c())
