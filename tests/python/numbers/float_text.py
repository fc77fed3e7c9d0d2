"""Floats to text: repr, format types, precision, padding."""
values = (0.0, -0.0, 1.0, 3.14159265358979, 1e-7, 123456.789, 1e22, 2.5e-10, float("inf"), float("nan"))
for value in values:
    print(repr(value), f"{value:.3f} {value:e} {value:g} {value:.2e} {value:10.2f}| {value:<10.1f}| {value:+.1f} {value:%}")
print("%f %.2f %e %g %10.3f|%-10.2f|%+f" % (1.5, 2.345, 12345.678, 0.00001, 3.14159, 2.5, 1.0))
print(f"{1234567.891:,.2f} {1234567.891:_.1f} {0.5:.0f} {1.5:.0f} {1e100:.3g} {1.0:#.0f} {255.0:n}")
print(format(1.1, ".20f"), format(1e-320, "g"), format(2.0, ""), str(1e5), str(100000000000000000.0))
print(complex(1, 2), complex(-0.0, -1), 1j, (1 + 2j) * (3 - 1j), (1 + 2j) / (3 - 1j), abs(3 + 4j), (1j) ** 2)
print((1 + 2j).real, (1 + 2j).imag, (1 + 2j).conjugate(), complex("1+2j"), f"{1 + 2j:.1f}", 1j == 1j, 1 + 0j == 1)
