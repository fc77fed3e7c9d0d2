def add(a, b):
    return a + b


def nothing():
    pass


def greet(name, greeting="hello"):
    return greeting + " " + name


print(add(1, 2), nothing(), greet("x"), greet("y", greeting="bye"), add(b=2, a=3))
