i = 0
total = 0
while i < 10:
    i += 1
    if i == 3:
        continue
    if i == 9:
        break
    total += i
print(i, total)
while i < 9:
    pass
else:
    print("else")
