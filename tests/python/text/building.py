"""Strings built piece by piece: formatted fields of integers, appending in place, splitting, joining, slices."""
big = 2**70
for n in [0, 1, -1, 9, 10, 99, 100, 999, 1000, 2**62-1, -2**62, 2**62, -2**63, 10**18, big, True, 1.5]:
    assert f"<{n}>" == "<" + str(n) + ">", n
    assert f"é{n}ü{n}" == "é" + str(n) + "ü" + str(n)
class S(str): pass
class N(int):
    def __format__(self, s): return "N!"
assert f"{N(3)}{S('x')}" == "N!x" and type(f"{S('x')}") is str
def shared():
    a = "x"
    for i in range(2000):
        b = a
        a += "yz"
        assert len(b) == 1 + 2*i
        assert a == "x" + "yz"*(i+1)
        if i % 7 == 0:
            d = {a: 1}
            assert a in d
def alone(piece):
    # Nobody else has the text: it grows in place, and must forget its hash and know what kind of text it is.
    a = "x"
    for i in range(2000):
        hash(a)
        a += piece
        whole = "x" + piece*(i+1)
        assert hash(a) == hash(whole) and a == whole and len(a) == len(whole) and a.isascii() == whole.isascii()
def kept():
    h = "abc"; h += "d"; hash(h); g = h; h += "e"; assert g == "abcd" and hash(g) == hash("abcd") and hash(h) == hash("abcde")
shared(); alone("yz"); alone("é"); alone("\U0001f600"); kept()
assert "a:b:c".split(":") == ["a","b","c"] and "a:b:c".split(":", 1) == ["a", "b:c"] and ":".split(":") == ["",""] and "".split(":")==[""]
assert "a::b".split("::")==["a","b"] and "é:b".split(":")==["é","b"] and "ab".split("é")==["ab"] and "aéb".split("é")==["a","b"]
assert b"a:b:c".split(b":",1)==[b"a",b"b:c"] and b"".split(b"x")==[b""]
for i in range(-12,12):
    for j in range(-12,12):
        assert "abcdefghij"[i:j] == "".join(list("abcdefghij")[i:j])
assert "".join(["a"])=="a" and "-".join(["é","b"])=="é-b" and "é".join(["a","b"])=="aéb" and ",".join(S(c) for c in "abc")=="a,b,c" and ",".join([S("a"),S("b")])=="a,b"
try: "".join(["a",1])
except TypeError as e: print(e)
try: "".join(["a"]*20+[1,2])
except TypeError as e: print(e)
for n in range(0,70):
    s = "k"*n
    assert str(s) == s and (s+"!")[:-1] == s and s.encode().decode() == s
print(str(), str(b"ab","ascii"), str(object="q"), S(5)+"", "é"<"f", "a"<"b", "a">="b", "b">"a", "a"!="b")
