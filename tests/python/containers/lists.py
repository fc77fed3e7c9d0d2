"""Lists: indexing, slices, mutation, sorting, methods, errors."""
a = list(range(10))
print(a, a[0], a[-1], a[2:5], a[:3], a[7:], a[::3], a[::-1], a[-3:-1], a[5:2], a[100:])
a[2:5] = ["x"]
print(a)
a[::2] = [0] * len(a[::2])
print(a)
del a[0], a[1:3]
print(a, len(a))
a.append(1)
a.extend((2, 3))
a.insert(0, "first")
a.insert(-1, "late")
print(a, a.pop(), a.pop(0), a.index(9), a.count(0))
a.remove("late")
a.reverse()
print(a, a + [1], a * 2, 2 * [1], a == a[:], a is a[:])
b = a
b += [7]
print(a is b, a)
c = [3, 1, 2, 1]
c.sort()
print(c, sorted(c, reverse=True), sorted("banana", key=lambda ch: (-"banana".count(ch), ch)), min(c), max(c), sum(c))
words = ["bb", "a", "cc", "d"]
words.sort(key=len)
print(words, sorted(words, key=len, reverse=True), list(reversed(words)), [1, [2, [3]]], list("ab"), list({}))
nested = [[0] * 2 for _ in range(2)]
nested[0][0] = 1
loop = [1]
loop.append(loop)
print(nested, loop, loop[1] is loop, [1, 2, 3].copy(), [*"ab", *range(2)])
loop.clear()
print(loop, [] < [1], [1, 2] > [1], [] or "empty")
for call in ("[][0]", "[1][5]", "[].pop()", "[1].index(2)", "[1].remove(2)", "[1]['a']", "[1] + (2,)", "[1, 'a'].sort()", "[1, 2].__setitem__(slice(0, 2, 2), [1, 2])", "hash([])"):
    try:
        print(eval(call))
    except Exception as error:
        print(call, type(error).__name__, error)
