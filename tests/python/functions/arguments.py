"""Argument forms: defaults, keywords, positional-only, keyword-only, star arguments, and the errors of calling."""


def f(a, b=2, /, c=3, *args, d, e=5, **kwargs):
    return a, b, c, args, d, e, kwargs


print(f(1, d=4), f(1, 9, 8, 7, 6, d=4, e=0, z=1, a="kw"), f(*[1, 2], *(3,), **{"d": 4}, **{"x": 1}))


def default(value, seen=[]):
    seen.append(value)
    return seen


print(default(1), default(2), default(3, []), default.__defaults__, f.__kwdefaults__, f.__defaults__)


def none():
    pass


def one(a):
    return a


def two(a, b):
    return a, b


def keyword_only(*, k):
    return k


def three(a, b, c):
    return a, b, c


print(none(), one(a=1), two(b=1, a=2), keyword_only(k=1), (lambda *a, **k: (a, k))(1, x=2), (lambda: 0)())
calls = (
    lambda: none(1),
    lambda: one(),
    lambda: one(1, 2),
    lambda: two(),
    lambda: three(),
    lambda: two(1, a=1),
    lambda: one(1, z=2),
    lambda: one(a=1, **{"a": 2}),
    lambda: keyword_only(1),
    lambda: keyword_only(),
    lambda: f(a=1, d=2),
    lambda: f(1, b=2, c=3),
    lambda: one(*1),
    lambda: one(**1),
    lambda: one(**{1: 2}),
    lambda: ().__len__()(),
    lambda: len(1, 2),
    lambda: len(),
    lambda: int(x=1),
)
for call in calls:
    try:
        print(call())
    except TypeError as error:
        print(error)
