def arithmetic(a, b):
    c = a + b * 2 - 1
    c += a
    d = -a ** 2 // b
    return c, d, not a, ~b


def comparisons(a, b, c):
    if a < b <= c and a is not None or b == 3:
        return a in (1, 2) or b not in {1, 2}
    return a < f(b) < c


def constants():
    return 2 * 3 + 1, "a" "b" + "c", (1, 2) + (3,), 1 << 70, 10 ** 100, -0.0, 1j + 2, x[1:2], [1, 2, 3], {1, 2, 3}


def logic(a, b, c):
    x = a and b or c
    y = a if b else c
    return (z := x) + z + (z := y)


def strings(a, b):
    return f"{a}", f"<{a!r:>{b}}> {b=}", "\ud800", b"\xff", t"{a!s:x}{b}."
