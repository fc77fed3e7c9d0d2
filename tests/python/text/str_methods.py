"""Methods of str."""
s = "  The quick brown Fox  "
print(s.strip(), s.lstrip() + "|", s.rstrip() + "|", s.strip().lower(), s.upper(), s.strip().swapcase(), "abc".capitalize(), "a b".title())
print("a,b,,c".split(","), " a  b ".split(), "a,b,c".rsplit(",", 1), "a\nb\r\nc".splitlines(), "x".split("xyz"), "abc".partition("b"), "a.b.c".rpartition("."))
print("-".join(["a", "b"]), "".join([]), "abc".replace("b", "xx"), "aaa".replace("a", "b", 2), "abcabc".find("c"), "abc".find("z"), "abcabc".rfind("c"), "abc".index("b"))
print("abc".startswith("ab"), "abc".endswith(("x", "c")), "abcabc".count("bc"), "aaaa".count("aa"), "abc".center(9, "*"), "abc".ljust(6, ".") + "|", "abc".rjust(6), "42".zfill(5), "-42".zfill(5))
print("abc".isalpha(), "12".isdigit(), "a1".isalnum(), " ".isspace(), "Ab".istitle(), "a_1".isidentifier(), "ABC".isupper(), "abc".islower(), "½".isnumeric(), "".isalpha())
print("a\tb".expandtabs(4), "abc".translate({97: "x", 98: None}), "abc".translate(str.maketrans("ab", "ba")), "ß".casefold(), "ß".upper(), "İ".lower().encode())
print("prefix_x".removeprefix("prefix_"), "x.py".removesuffix(".py"), "abc" * 2, "abc"[1], "abc"[-1], "abcdef"[1:4], "abcdef"[::-1], "abcdef"[::2], "abc"[5:])
print("%s and %r, %c %% %5s|%-5s|%.2s" % ("a", "b", "c", "d", "e", "fgh"), "%(x)s %(y)03d" % {"x": 1, "y": 2})
print("{} {1} {0}".replace("{} ", "").format("a", "b"), "{x.real} {y[0]} {z[k]}".format(x=1, y=[2], z={"k": 3}), "{:>{w}}".format("a", w=4), "{{}}".format(), "{!r:>5}".format("a"))
for call in ("'abc'.index('z')", "'a' + 1", "'a'[3]", "'{}'.format()", "'%d' % 'x'", "'%s %s' % 1", "','.join([1])", "'a' * 'b'", "''.split('')"):
    try:
        print(eval(call))
    except Exception as error:
        print(call, type(error).__name__, error)
