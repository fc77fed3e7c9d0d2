"""The end of a thread: what it refers to dies then, and the finalisers may leave new values to it."""
import threading

local = threading.local()


class Again:
    def __del__(self):
        local.left = [1, 2, 3]
        try:
            [].pop()
        except IndexError:
            local.handled = ["handled"]
        print("finalised")


def end_with_locals():
    local.again = Again()


def returning():
    yield 1
    return [1, 2, 3]


def end_with_a_return_value():
    for _ in returning():
        pass


for work in end_with_locals, end_with_a_return_value:
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
print(hasattr(local, "left"))
