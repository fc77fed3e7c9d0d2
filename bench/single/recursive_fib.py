"""Calls of a Python function: the Fibonacci numbers by their definition."""

from _best_of import print_best


def fib(n):
    if n < 2:
        return n
    return fib(n - 1) + fib(n - 2)


print_best(lambda: fib(25), 75025)
