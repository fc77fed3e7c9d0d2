x = 5
y = x + 1
x = y * 2
print(x, y)
x += 3
y -= 1
x *= y
print(x, y)
a, b = 1, 2
a, b = b, a
print(a, b)
del a
