def targets(a, b):
    a, b = b, a
    (c, *d), e = a
    f = g = b
    a.x, b[1] = 1, 2
    a.x += 1
    a[b] -= 1
    a[1:b] = c
    del a[1:2], b.y, c
    return c


def maybe(a):
    if a:
        b = 1
    print(b)
    print(b)
    del b


x: int = 1
y = z = x
global_target, [other] = x, y
