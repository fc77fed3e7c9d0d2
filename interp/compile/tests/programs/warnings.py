x is 1
assert (x, "message")
"text"()


def f():
    for i in x:
        try:
            pass
        finally:
            continue


"\d", b"\u1234", f"\q{x}"
