"""Integer arithmetic: signs, floor division, modulo, powers, shifts and bit operations, small and big."""
for a in (7, -7, 0, 2**62, -(2**63), 10**30):
    for b in (3, -3, 1, 2**31, -(10**20)):
        print(a, b, a + b, a - b, a * b, a // b, a % b, divmod(a, b))
print(2**10, 2**0, 0**0, (-2) ** 3, 3**100, 2**-1, pow(3, 100, 7), pow(3, -1, 7))
print(1 << 70, -1 << 5, (1 << 70) >> 68, -5 >> 1, -(1 << 80) >> 3)
print(6 & 3, 6 | 3, 6 ^ 3, ~6, -6 & 0xFF, -1 ^ (1 << 65), (1 << 65) | 1)
print(2**63 - 1 + 1, -(2**63) - 1, (2**63 - 1) * (2**63 - 1))
print(int("123"), int("-0x1F", 16), int("0b101", 0), int(" 1_000 "), int(3.99), int(-3.99), int(True))
print((255).bit_length(), (255).bit_count(), (1024).to_bytes(2, "big"), int.from_bytes(b"\x04\x00", "big"))
print(True + True, True * 3, -True, ~0, abs(-(10**25)), round(12345, -2), round(-15, -1))
for expression in ("1 // 0", "1 % 0", "divmod(1, 0)", "1 << -1", "int('x')", "0 ** -1", "pow(2, -1, 4)"):
    try:
        print(eval(expression))
    except Exception as error:
        print(expression, type(error).__name__, error)
