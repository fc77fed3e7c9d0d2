"""Generators and closures made in one thread and used in another."""
import threading


def elsewhere(action):
    box = []
    t = threading.Thread(target=lambda: box.append(action()))
    t.start()
    t.join()
    return box[0]


def count():
    i = 0
    while True:
        i += 1
        yield i


g = count()
print(next(g), elsewhere(lambda: next(g)), next(g), elsewhere(lambda: [next(g) for _ in range(3)]))


def make():
    n = 0

    def bump():
        nonlocal n
        n += 1
        return n

    return bump


bump = elsewhere(make)
print(bump(), elsewhere(bump), bump())
made = elsewhere(lambda: type("Made", (), {"f": lambda self: self.v, "v": 7}))
print(made().f(), made.__name__)


def raises():
    try:
        raise ValueError("from the other thread")
    except ValueError as error:
        return error


error = elsewhere(raises)
try:
    raise error
except ValueError as caught:
    depth, trace = 0, caught.__traceback__
    while trace:
        depth, trace = depth + 1, trace.tb_next
    print(caught, depth)
it = iter([1, 2, 3])
print(elsewhere(lambda: next(it)), list(it))
big = elsewhere(lambda: {i: [i] * 3 for i in range(1000)})
print(len(big), big[999], sum(len(v) for v in big.values()))
