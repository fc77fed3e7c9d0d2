"""The traceback module's text of exceptions: frames, carets, chains, groups, suggestions."""
import traceback


def show(action):
    try:
        action()
    except BaseException as error:
        print("".join(traceback.format_exception(error)).replace(__file__, "FILE"))


def divide(a, b):
    return a / b


class Node:
    colour = 1


def nested():
    return [divide(i, 0) for i in range(1)]


def chained():
    try:
        divide(1, 0)
    except ZeroDivisionError as error:
        raise RuntimeError("chained") from error


def attribute():
    Node().color


def name():
    lenght = 1
    return length


def operand():
    values = {"a": {"b": None}}
    return 1 + values["a"]["b"]["c"] + 2


def call():
    return divide(
        1,
        0,
    )


show(lambda: divide(1, 0))
show(nested)
show(chained)
show(attribute)
show(name)
show(operand)
show(call)
show(lambda: (_ for _ in ()).throw(ExceptionGroup("group", [ValueError(1), TypeError("t")])))
show(lambda: compile("x = (", "bad.py", "exec"))
