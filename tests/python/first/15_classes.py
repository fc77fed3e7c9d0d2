class Point:
    origin = 0

    def __init__(self, x, y):
        self.x = x
        self.y = y

    def total(self):
        return self.x + self.y + self.origin


p = Point(1, 2)
print(p.x, p.y, p.total(), Point.origin)
p.x = 10
Point.origin = 100
print(p.total(), isinstance(p, Point))
