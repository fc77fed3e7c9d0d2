"""Loops: while, for, break, continue, else, nesting, loop variables, large ranges."""
i = 0
while i < 10:
    i += 1
    if i % 2:
        continue
    if i == 8:
        break
    print(i, end=" ")
else:
    print("no else after break")
print(i)
while i:
    i -= 1
else:
    print("else", i)
for i in range(3):
    for j in range(3):
        if j == 2:
            break
        if i == 1:
            continue
        print((i, j), end=" ")
    else:
        print("never")
print(i, j)
for n in range(2, 20):
    for d in range(2, n):
        if n % d == 0:
            break
    else:
        print(n, end=" ")
print()
for i in range(3):
    i = i * 10
    print(i, end=" ")
for i in range(10, 0, -3):
    print(i, end=" ")
for i in range(10**18, 10**18 + 2):
    print(i, end=" ")
print()
total = 0
for i in range(100_000):
    total += i & 7
print(total)
total, n = 0, 200_000
while n:
    n -= 1
    total = (total * 31 + n) % 1_000_003
print(total)


def collatz(n):
    steps = 0
    while n != 1:
        n = n // 2 if n % 2 == 0 else 3 * n + 1
        steps += 1
    return steps


print([collatz(n) for n in (1, 7, 27, 97)], max(range(1, 1000), key=collatz))


def find(rows, wanted):
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            if cell == wanted:
                return r, c
    return None


print(find(["ab", "cd"], "d"), find(["ab"], "z"))
slot = [None]
for slot[0] in "ab":
    print(slot)
