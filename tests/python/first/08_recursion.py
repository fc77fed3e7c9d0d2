def fib(n):
    if n < 2:
        return n
    return fib(n - 1) + fib(n - 2)


def power(base, n):
    return 1 if n == 0 else base * power(base, n - 1)


print(fib(15), power(2, 100))
