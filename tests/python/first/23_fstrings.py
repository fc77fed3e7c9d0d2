x = 3
name = "n"
print(f"{x} and {name!r} and {x + 1}")
print(f"{x:5}|{x:<5}|{x:05}|{3.14159:.2f}|{name:>4}")
print("%s %d %.1f" % (name, x, 2.5), "{} {}".format(1, 2))
