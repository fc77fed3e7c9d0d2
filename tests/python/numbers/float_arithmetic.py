"""Floats: arithmetic, division, special values, comparisons with integers, rounding."""
inf, nan = float("inf"), float("nan")
for a in (1.5, -2.25, 0.0, -0.0, 1e308):
    for b in (2, 0.1, -3.0):
        print(a, b, a + b, a - b, a * b, a / b, a // b, a % b)
print(inf, -inf, nan, inf - inf, inf * 0, nan == nan, nan != nan, inf > 10**400)
print(0.1 + 0.2, 1e16, 1e15, 123456789012345678.0, 1e-5, 0.0001, 5e-324, 1.7976931348623157e308)
print(2**53 == float(2**53), 2**53 + 1 == float(2**53 + 1), 2**53 + 1 > float(2**53))
print(round(0.5), round(1.5), round(2.675, 2), round(-1234.5678, -2), round(1e300, 5), round(2.5))
print((0.1).as_integer_ratio(), (2.0).is_integer(), (1.5).hex(), float.fromhex("0x1.8p+3"))
print(7.0 // 2, -7.0 // 2, 7.0 % -2, divmod(-7.5, 2), 2.0**0.5, (-8) ** (1 / 3))
print(int(1e20), float(10**20), float("1_0.5"), float(" -1e3 "), float("Infinity"))
print(hash(1.0) == hash(1), hash(0.5), hash(inf), hash(-inf), hash(1e300))
for expression in ("1.0 / 0", "1.0 // 0", "1.0 % 0", "float('x')", "int(nan)", "int(inf)", "10.0 ** 400", "0.0 ** -1"):
    try:
        print(eval(expression))
    except Exception as error:
        print(expression, type(error).__name__, error)
