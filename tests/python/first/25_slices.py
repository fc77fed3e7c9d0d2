a = [0, 1, 2, 3, 4, 5]
print(a[2:], a[:2], a[-2:], a[::2], a[::-1], a[4:1:-2])
a[1:3] = [10, 20, 30]
print(a)
del a[::2]
print(a)
b = a[:]
b[0] = "changed"
print(a, b)
