def f(*args, **kwargs):
    return args, kwargs


def g(a, *, k=1):
    return a, k


print(f(1, 2, x=3), f(), f(*[1, 2], **{"y": 4}), g(1), g(1, k=2))
first, *rest = [1, 2, 3]
print(first, rest, [*rest, 9], {**{"a": 1}, "b": 2})
