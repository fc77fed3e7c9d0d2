"""What the recursion limit may be: a C int above the depth at which it is set."""

import sys

limit = sys.getrecursionlimit()


def attempt(wanted):
    try:
        sys.setrecursionlimit(wanted)
        print("set", sys.getrecursionlimit())
    except Exception as error:
        print(type(error).__name__, error)
    finally:
        sys.setrecursionlimit(limit)


def deep(n, wanted):
    if n:
        return deep(n - 1, wanted)
    attempt(wanted)


for wanted in (2**31, 2**70, -(2**31) - 1, -1, 0, 2**31 - 1, "a", 1.5, True, 2, 3):
    attempt(wanted)
for wanted in (5, 12, 13, 14):
    deep(10, wanted)
try:
    sys.setrecursionlimit(1)
except RecursionError as error:
    print(error)
sys.setrecursionlimit(2)
print(sys.getrecursionlimit())
sys.setrecursionlimit(limit)
