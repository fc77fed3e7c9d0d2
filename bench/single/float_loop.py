"""Float arithmetic: a logistic map and a sum of inverse squares."""

from _best_of import print_best


def run():
    x, total = 0.3, 0.0
    for i in range(1, 500_001):
        x = 3.7 * x * (1.0 - x)
        total += x / (i * i)
    return total


print_best(run, run())
