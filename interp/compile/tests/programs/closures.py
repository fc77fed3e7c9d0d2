def outer(a):
    b = 1

    def inner():
        nonlocal b
        b += a
        return lambda: b

    class C:
        a = a
        b = [a + x for x in a]

    del b
    return [lambda: i for i in a], {k: v for k, v in a}, (i for i in a if i)


[x for x in y if (last := x)]
