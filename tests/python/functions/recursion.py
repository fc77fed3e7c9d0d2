"""Recursive functions: fib, Ackermann, mutual recursion, permutations, quicksort, the Hanoi towers."""
import sys


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def ackermann(m, n):
    if m == 0:
        return n + 1
    if n == 0:
        return ackermann(m - 1, 1)
    return ackermann(m - 1, ackermann(m, n - 1))


def even(n):
    return True if n == 0 else odd(n - 1)


def odd(n):
    return False if n == 0 else even(n - 1)


def permutations(items):
    if not items:
        yield []
    for i in range(len(items)):
        for rest in permutations(items[:i] + items[i + 1 :]):
            yield [items[i]] + rest


def quicksort(items):
    if len(items) <= 1:
        return items
    pivot, *rest = items
    return quicksort([x for x in rest if x < pivot]) + [pivot] + quicksort([x for x in rest if x >= pivot])


def hanoi(n, a="A", b="B", c="C"):
    return [] if n == 0 else hanoi(n - 1, a, c, b) + [a + c] + hanoi(n - 1, b, a, c)


print(fib(20), ackermann(2, 3), even(200), odd(201), list(permutations([1, 2, 3])), quicksort([3, 6, 1, 8, 2, 9, 2]), hanoi(3))


def endless(n):
    return endless(n + 1)


class Endless:
    def __repr__(self):
        return repr(self)

    def __getattr__(self, name):
        return getattr(self, name + "x")


for call in (lambda: endless(0), lambda: repr(Endless()), lambda: Endless().a):
    try:
        call()
    except RecursionError as error:
        print("RecursionError", str(error).startswith("maximum recursion depth exceeded"))
before = sys.getrecursionlimit()
sys.setrecursionlimit(300)
depth = 0


def deeper():
    global depth
    depth += 1
    deeper()


try:
    deeper()
except RecursionError:
    print(200 < depth <= 300, before)
sys.setrecursionlimit(before)
print(fib(15))
