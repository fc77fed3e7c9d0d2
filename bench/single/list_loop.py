"""Lists: index loads and stores, append, iteration, slices, a comprehension; the sieve of Eratosthenes."""

from _best_of import print_best


def run():
    size = 100_000
    sieve = [True] * size
    i = 2
    while i * i < size:
        if sieve[i]:
            for j in range(i * i, size, i):
                sieve[j] = False
        i += 1
    primes = []
    for i in range(2, size):
        if sieve[i]:
            primes.append(i)
    gaps = [b - a for a, b in zip(primes, primes[1:])]
    total = 0
    for gap in gaps:
        total += gap
    return len(primes), total


print_best(run, (9592, 99989))
