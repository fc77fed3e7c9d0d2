"""An uncaught exception with a cause: traceback text on standard error, exit status 1."""


class Custom(Exception):
    pass


def inner(n):
    return [10 // n for n in (1, n)]


def outer():
    try:
        inner(0)
    except ZeroDivisionError as error:
        raise Custom("while testing", 5) from error


print("before")
outer()
print("never")
