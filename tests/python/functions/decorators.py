"""Decorators: order, arguments, on classes and methods, functools.wraps."""
import functools


def log(text):
    print("make", text)

    def decorate(function):
        print("apply", text)

        @functools.wraps(function)
        def wrapper(*args, **kwargs):
            print("call", text)
            return function(*args, **kwargs)

        return wrapper

    return decorate


@log("outer")
@log("inner")
def add(a, b):
    """Add two values."""
    return a + b


print(add(1, b=2), add.__name__, add.__doc__, add.__wrapped__.__name__)


def register(cls):
    cls.registered = True
    return cls


@register
class Widget:
    @property
    def size(self):
        return self._size

    @size.setter
    def size(self, value):
        self._size = value * 2

    @size.deleter
    def size(self):
        print("deleted")
        del self._size

    @staticmethod
    def make():
        return Widget()

    @classmethod
    def name(cls):
        return cls.__name__


widget = Widget.make()
widget.size = 4
print(Widget.registered, widget.size, widget.name(), Widget.name())
del widget.size
try:
    widget.size
except AttributeError as error:
    print(error)


class Once:
    def __init__(self, function):
        self.function = function

    def __call__(self, *args):
        return self.function(*args) + 1


@Once
def plus(x):
    return x + 10


print(plus(1), (lambda f: f)(plus) is plus)
buttons = [lambda f: lambda: ("first", f())]


@buttons[0]
def press():
    return "pressed"


print(press())
