x = 7
if x > 5:
    print("more")
else:
    print("less")
if x == 1:
    print("one")
elif x == 7:
    print("seven")
if not x:
    print("never")
print("yes" if x else "no", x > 1 and x < 10, x < 1 or x, not x, 1 < x < 8)
