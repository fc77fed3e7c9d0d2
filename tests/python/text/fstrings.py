"""Formatted string literals."""
name, value, items = "x", 3.14159, [1, 2]
print(f"{name} {value:.2f} {items[1]} {name!r} {name!s:>4} {value!a}")
print(f"{value = } {value=:.1f} {name=} {items[0]+1 = }")
print(f"{{literal}} {'nested ' + f'{name}'} {f'{f"{1}"}'}")
width, precision = 10, 3
print(f"{value:{width}.{precision}} {name:{'*'}^{width}} {value:{f'.{precision}'}f}")
print(f"{(lambda x: x * 2)(4)} {[i for i in range(3)]} { {'a': 1}['a'] } {1 if items else 2} {not items}")
print(f"""multi
{name
}""" f" joined {1}" " plain")


class Money:
    def __init__(self, amount):
        self.amount = amount

    def __format__(self, spec):
        return f"<{spec}:{self.amount}>"

    def __str__(self):
        return "money"

    def __repr__(self):
        return "Money()"


money = Money(5)
print(f"{money} {money:abc} {money!s} {money!r:>10} {[money]}")
print(rf"\n{name}", f"\n{name}\t|", f"{'a\nb'}")
try:
    f"{value:d}"
except ValueError as error:
    print(error)
