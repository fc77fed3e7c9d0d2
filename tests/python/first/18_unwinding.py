def f():
    for i in range(3):
        try:
            if i == 1:
                raise KeyError(i)
            print("body", i)
        except KeyError:
            continue
        finally:
            print("finally", i)
    try:
        return "returned"
    finally:
        print("last")


print(f())
try:
    [].x
except AttributeError as error:
    print(error)
try:
    undefined
except NameError as error:
    print(error)
