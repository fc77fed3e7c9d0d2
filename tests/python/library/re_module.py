"""re."""
import re

print(re.findall(r"\d+", "a1b22"), re.sub(r"(\w)(\d)", r"\2\1", "a1 b2"), re.split(r"[,;]\s*", "a, b;c"), re.match(r"(?P<year>\d{4})-(\d\d)", "2024-05 x").groupdict())
m = re.search(r"(a)(b)?(c)", "xxac")
print(m.group(), m.groups(), m.span(), m.start(1), m.group(1, 3), m.lastindex, repr(m))
print(re.fullmatch(r"a*", "aaa") is not None, re.match("b", "ab"), [x.group() for x in re.finditer(r"(?i)[a-c]+", "ABx cab")], re.sub("x", lambda m: m.group().upper(), "axbx", count=1), re.escape("a.b"), re.compile(r"^\s+", re.M).sub("", " a\n b"))
print(re.findall(r"(?<=\$)\d+(?!\d|%)", "$10 $20%"), re.findall(r"(a+?)(b*)", "aab"), re.subn("a", "b", "aa"), re.match(r"(?:a|ab)(?:c|bcd)(d*)$", "abcd").groups(), re.findall(r"\bfoo\b", "foo food foo"), re.split("(-)", "a-b"))
try:
    re.compile("(")
except re.error as error:
    print(error)
