"""Integer arithmetic in three nested loops."""

from _best_of import print_best


def run():
    total = 0
    for i in range(100):
        for j in range(100):
            for k in range(100):
                total += i * j - k
                total ^= k
    return total & 0xFFFF


print_best(run, run())
