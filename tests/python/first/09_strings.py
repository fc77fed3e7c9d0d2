s = "hello"
print(s + " " + "world", s * 2, len(s), s[0], s[-1], s[1:3], s[::-1])
print(s == "hello", s < "help", "ell" in s, s.upper(), str(5) + "5", int("42") + 1)
for ch in "abc":
    print(ch)
print(repr(s), repr("it's"), 'say "hi"')
