def match(a):
    match a:
        case 1 | "x" | None:
            return 1
        case [x, 2, *rest] if rest:
            return x
        case [first, *_, last]:
            return first, last
        case {"k": v, **others}:
            return v, others
        case Point(0, y=(1 | 2) as z):
            return z
        case a.b | -1:
            return 2
        case _:
            return 3
