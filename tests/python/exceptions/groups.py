"""Exception groups and except*."""


def run(*errors):
    try:
        raise ExceptionGroup("group", list(errors))
    except* ValueError as group:
        print("values", group.exceptions)
    except* (TypeError, KeyError) as group:
        print("types", [repr(e) for e in group.exceptions])
    else:
        print("never")
    finally:
        print("finally")


run(ValueError(1), TypeError(2), ValueError(3))
try:
    run(ValueError(1), OSError(5))
except ExceptionGroup as rest:
    print("rest", rest, rest.exceptions)
try:
    raise ValueError("naked")
except* ValueError as group:
    print(type(group).__name__, group.exceptions)
nested = ExceptionGroup("outer", [ValueError(1), ExceptionGroup("inner", [KeyError(2), ValueError(3)])])
match, rest = nested.split(ValueError)
print(repr(match), "/", repr(rest), "/", repr(nested.subgroup(lambda e: isinstance(e, KeyError))), nested.message, str(nested))
try:
    try:
        raise ExceptionGroup("g", [ValueError("v"), TypeError("t")])
    except* ValueError:
        raise KeyError("new")
except ExceptionGroup as group:
    print(repr(group))
for make in (lambda: ExceptionGroup("x", []), lambda: ExceptionGroup("x", [1]), lambda: ExceptionGroup("x", [KeyboardInterrupt()]), lambda: ExceptionGroup(1, [ValueError()])):
    try:
        make()
    except Exception as error:
        print(type(error).__name__, error)
print(type(BaseExceptionGroup("b", [ValueError()])).__name__, type(BaseExceptionGroup("b", [KeyboardInterrupt()])).__name__)
