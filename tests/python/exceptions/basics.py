"""try, except, else, finally: order, matching, re-raising, return in finally, nested handlers."""


def run(action):
    log = []
    try:
        log.append("try")
        action()
    except ZeroDivisionError as error:
        log.append(f"zero: {error}")
    except (KeyError, IndexError) as error:
        log.append(f"{type(error).__name__}: {error}")
    except Exception as error:
        log.append(f"other {error!r}")
    else:
        log.append("else")
    finally:
        log.append("finally")
    return log


def fail(error):
    raise error


for action in (lambda: 1, lambda: 1 / 0, lambda: {}["k"], lambda: [][1], lambda: fail(ValueError("a", 2)), lambda: fail(KeyError), lambda: int("q"), lambda: None.x, lambda: fail(5)):
    print(run(action))


def returns():
    try:
        return "try"
    finally:
        print("cleanup")


def overrides():
    for i in range(3):
        try:
            if i == 1:
                continue
            if i == 2:
                break
            print("body", i)
        finally:
            print("finally", i)
    return "end"


print(returns(), overrides())


def nested():
    try:
        try:
            raise ValueError("inner")
        except ValueError:
            raise
        finally:
            print("inner finally")
    except ValueError as error:
        print("outer", error)
    try:
        error
    except NameError as gone:
        print(gone)


nested()


class Custom(Exception):
    def __init__(self, code):
        super().__init__(f"code {code}")
        self.code = code


class Sub(Custom):
    pass


try:
    raise Sub(5)
except Custom as error:
    print(error, error.code, error.args, repr(error), isinstance(error, Exception))
try:
    raise Custom
except TypeError as error:
    print(error)
error = ValueError("with note")
error.add_note("a note")
print(error.__notes__, error == ValueError("with note"), ValueError(1).args, str(ValueError()), str(ValueError(1, 2)), repr(KeyError("k")), str(KeyError("k")), OSError(2, "text").errno, str(OSError(2, "text", "name")))
for bad in (lambda: fail("text"), lambda: fail(int)):
    try:
        bad()
    except TypeError as error:
        print(error)
try:
    try:
        1 / 0
    except 5:
        pass
except TypeError as error:
    print(error)
assert True
try:
    assert 1 == 2, "message"
except AssertionError as error:
    print(repr(error))


def loop():
    count = 0
    while True:
        try:
            count += 1
            if count < 3:
                raise ValueError
            return count
        except ValueError:
            continue


print(loop())
