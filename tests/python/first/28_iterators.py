class Squares:
    def __init__(self, n):
        self.i, self.n = 0, n

    def __iter__(self):
        return self

    def __next__(self):
        if self.i == self.n:
            raise StopIteration
        self.i += 1
        return self.i * self.i


print(list(Squares(4)), sum(Squares(3)), [a for a, b in zip(Squares(3), "xyz")])
for i, c in enumerate("ab"):
    print(i, c)
print(list(map(str, [1, 2])), list(filter(None, [0, 1])), list(reversed([1, 2, 3])))
