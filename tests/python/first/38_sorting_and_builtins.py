a = [5, 2, 9, 1]
print(sorted(a), min(a), max(a), sum(a), sorted(a, reverse=True), sorted("bca", key=lambda c: -ord(c)))
a.sort()
print(a, abs(-3), divmod(7, 2), round(2.5), round(3.14159, 2), all(a), any([0, 0]), type(a).__name__, bool([]), int(3.9), float("2.5"), str(None), list("ab"), tuple([1]), dict(a=1))
