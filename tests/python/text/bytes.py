"""bytes and bytearray."""
b = b"hello"
print(b, b[0], b[-1], b[1:3], b[::-1], len(b), list(b), b + b"!", b * 2, b == b"hello", b < b"help", 104 in b, b"ell" in b)
print(b.upper(), b.find(b"l"), b.replace(b"l", b"L"), b.split(b"l"), b"-".join([b"a", b"b"]), b.hex(), bytes.fromhex("68 65"), b.startswith(b"he"), b" x ".strip())
print(bytes(3), bytes([1, 2]), bytes("é", "utf-8"), b"%d %s" % (1, b"x"), b"\x00\xff\n'", b"it's", repr(b'"\''), hash(b"") == hash(""))
a = bytearray(b"abc")
a[0] = 65
a.append(100)
a.extend(b"ef")
a += b"g"
del a[1]
a[1:2] = b"--"
print(a, len(a), bytes(a), a.pop(), a.decode(), a == bytearray(a), bytearray(2))
for call in ("bytes([256])", "b'a' + 'a'", "b'abc'[5]", "bytes('x')", "bytearray(b'a').__setitem__(0, 300)", "{bytearray(): 1}"):
    try:
        print(eval(call))
    except Exception as error:
        print(type(error).__name__, error)
