def accumulate():
    total = 0
    while True:
        value = yield total
        total += value


g = accumulate()
next(g)
print(g.send(5), g.send(10))
g.close()


def chain():
    yield from [1, 2]
    result = yield from inner()
    yield result


def inner():
    yield 3
    return 4


print(list(chain()))
