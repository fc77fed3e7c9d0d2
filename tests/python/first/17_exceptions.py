try:
    1 / 0
except ZeroDivisionError as error:
    print("caught", error)
try:
    print("body")
except ValueError:
    print("never")
else:
    print("else")
finally:
    print("finally")


def fail():
    raise ValueError("message")


try:
    fail()
except (KeyError, ValueError) as error:
    print(type(error).__name__, error)
