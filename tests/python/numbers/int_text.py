"""Integers to text and back: bases, formatting, separators, very long numbers."""
print(bin(10), oct(64), hex(255), bin(-10), hex(-(2**70)))
print(f"{255:x} {255:#X} {255:08b} {255:,} {10**12:_} {-5:+d} {5:+d} {5: d} {42:>8} {42:<8}| {42:^8}| {42:*^9}")
print("%d %5d %-5d| %05d %x %X %o %+d %i" % (1, 2, 3, 4, 255, 255, 8, 9, 10))
n = 3**200
print(n, len(str(n)), int(str(n)) == n)
print(str(10**50), repr(-(10**50)))
print(int("zz", 36), int("-101", 2), int("0o17", 8))
print((12).as_integer_ratio(), (5).real, (5).imag, (5).conjugate(), (5).is_integer())
print(hash(1), hash(-1), hash(2**61 - 1), hash(2**61), hash(-(2**61)), hash(10**30))
print(1_000_000 == 1000000, 0xFF, 0o17, 0b11)
