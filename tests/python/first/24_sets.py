s = {1, 2}
s.add(2)
s.add(3)
print(len(s), 2 in s, 5 in s, sorted(s), sorted(s | {9}), sorted(s & {1, 9}), sorted(s - {1}))
