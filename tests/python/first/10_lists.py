a = [1, 2, 3]
a.append(4)
a[0] = 10
print(a, len(a), a[1], a[-1], a[1:3])
for x in a:
    print(x)
print(a + [5], [0] * 3, 2 in a, a.pop(), a)
del a[0]
print(a, [], [[1], "x"])
