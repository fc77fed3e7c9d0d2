"""Attribute loads and stores, method calls on one class and on two that alternate."""

from _best_of import print_best


class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def move(self, dx, dy):
        self.x += dx
        self.y += dy

    def norm(self):
        return self.x * self.x + self.y * self.y


class Weighted(Point):
    def norm(self):
        return 2 * (self.x + self.y)


def run():
    points = [Point(0, 0), Weighted(1, 1)]
    total = 0
    for i in range(100_000):
        p = points[i & 1]
        p.move(1, -1)
        total += p.norm()
        p.x, p.y = p.y, p.x
    return total


print_best(run, run())
