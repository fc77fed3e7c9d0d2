def outer(x):
    def inner(y):
        return x + y

    return inner


def counter():
    n = 0

    def step():
        nonlocal n
        n += 1
        return n

    return step


print(outer(1)(2))
c = counter()
print(c(), c(), counter()())
print((lambda x, y=2: x * y)(5))
