"""Closures: shared cells, nonlocal, late binding, nested scopes, recursion through a cell."""


def counter(start):
    count = start

    def increment(by=1):
        nonlocal count
        count += by
        return count

    def read():
        return count

    return increment, read


increment, read = counter(10)
print(increment(), increment(5), read(), counter(0)[1](), increment.__closure__[0].cell_contents, read.__code__.co_freevars)


def outer():
    x = "outer"

    def middle():
        def inner():
            nonlocal x
            x = x + "+inner"
            return x

        return inner

    return middle()(), x


print(outer())


def recursive(n):
    def fact(k):
        return 1 if k == 0 else k * fact(k - 1)

    return fact(n)


print(recursive(20), [f() for f in [(lambda n=n: n * n) for n in range(4)]])
g = 1


def globals_():
    global g, created
    g += 1
    created = "made"
    return g


print(globals_(), g, created)


def unbound():
    print(later)
    later = 1


def deleted():
    value = 1

    def inner():
        return value

    del value
    return inner()


def missing_global():
    return not_defined_anywhere


for function in (unbound, deleted, missing_global):
    try:
        function()
    except NameError as error:
        print(type(error).__name__, error)


def adder(x):
    return lambda y: lambda z: x + y + z


print(adder(1)(2)(3), (lambda f: f(f, 5))(lambda f, n: 1 if n == 0 else n * f(f, n - 1)))
