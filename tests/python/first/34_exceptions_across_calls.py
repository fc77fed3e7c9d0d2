def level(n):
    if n == 0:
        return {}["missing"]
    return level(n - 1)


for n in (0, 5, 50):
    try:
        level(n)
    except KeyError as error:
        print(n, repr(error))


class Custom(Exception):
    pass


try:
    try:
        raise Custom("first")
    except Custom as error:
        raise ValueError("second") from error
except ValueError as error:
    print(error, "from", repr(error.__cause__))
