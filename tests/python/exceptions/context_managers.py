"""with: order of enter and exit, suppression, several managers, errors in them, return and break inside."""


class Manager:
    def __init__(self, name, suppress=False, fail=None):
        self.name, self.suppress, self.fail = name, suppress, fail

    def __enter__(self):
        print("enter", self.name)
        if self.fail == "enter":
            raise RuntimeError("enter failed")
        return self.name

    def __exit__(self, kind, value, trace):
        print("exit", self.name, kind and kind.__name__, value, trace is not None)
        if self.fail == "exit":
            raise RuntimeError("exit failed")
        return self.suppress


with Manager("a") as a, Manager("b") as b:
    print(a, b)
with (
    Manager("c") as c,
    Manager("d", suppress=True),
):
    raise ValueError("suppressed by d")
try:
    with Manager("e"):
        raise KeyError("passes")
except KeyError as error:
    print("caught", error)
try:
    with Manager("f"), Manager("g", fail="enter"):
        print("not reached")
except RuntimeError as error:
    print(error)
try:
    with Manager("h", fail="exit"):
        raise ValueError("body")
except RuntimeError as error:
    print(error, repr(error.__context__))


def returns():
    with Manager("i"):
        return "value"


print(returns())
for n in range(3):
    with Manager(f"loop{n}"):
        if n == 0:
            continue
        break
for bad in (5, object()):
    try:
        with bad:
            pass
    except TypeError as error:
        print(error)
with Manager("xyz") as (first, *rest):
    print(first, rest)
target = {}
with Manager("k") as target["k"]:
    print(target)
