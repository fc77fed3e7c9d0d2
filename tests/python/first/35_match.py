def what(x):
    match x:
        case 0:
            return "zero"
        case [a, b]:
            return "pair", a, b
        case {"k": v}:
            return "mapping", v
        case str() as s if s:
            return "text", s
        case _:
            return "other"


print(what(0), what([1, 2]), what({"k": 5}), what("s"), what(""), what(1.5))
