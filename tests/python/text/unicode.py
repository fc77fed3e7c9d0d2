"""Text beyond ASCII: code points, slicing, encodings, escapes, surrogates."""
s = "aé漢😀"
print(s, len(s), s[1], s[-1], s[1:3], s[::-1], [ord(c) for c in s], ascii(s), repr("\x00\n\t'\"\\\x7f\xa0"))
print(s.encode(), s.encode("utf-16-le"), s.encode("ascii", "replace"), s.encode("ascii", "ignore"), s.encode("latin-1", "backslashreplace"), s.encode("ascii", "xmlcharrefreplace"))
print(b"a\xc3\xa9".decode(), b"\xff".decode("latin-1"), b"a\xffb".decode("utf-8", "replace"), b"\xff".decode("utf-8", "backslashreplace"))
print("\N{GREEK SMALL LETTER ALPHA}\u03b2\U0001f600", "\101\x41", r"\n", "a" "b", "é" == "e\u0301", chr(0x10FFFF).encode())
print("漢字" in "これは漢字です", "漢字です".find("で"), "äöü".upper(), "ÀÉ".lower(), sorted("éaz"), "ñ".isalpha(), "٣".isdigit(), int("٣"))
surrogate = "\ud800x"
print(repr(surrogate), len(surrogate), surrogate.encode("utf-8", "surrogatepass"), b"\x80".decode("utf-8", "surrogateescape") == "\udc80")
for call in ("surrogate.encode()", "b'\\xff'.decode()", "'é'.encode('ascii')", "chr(0x110000)", "ord('ab')", "b'\\xe6\\xbc'.decode()"):
    try:
        print(eval(call))
    except Exception as error:
        print(type(error).__name__, error)
