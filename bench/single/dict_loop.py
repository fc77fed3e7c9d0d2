"""Dicts: stores, loads, get, membership, iteration over items, int and str keys."""

from _best_of import print_best

WORDS = ["w%d" % (i * i % 997) for i in range(1000)]


def run():
    counts = {}
    for _ in range(100):
        for word in WORDS:
            counts[word] = counts.get(word, 0) + 1
    squares = {}
    for i in range(50_000):
        squares[i] = i & 7
    total = 0
    for i in range(50_000):
        if i in squares:
            total += squares[i]
    for word, count in counts.items():
        total += count
    return len(counts), total


print_best(run, run())
