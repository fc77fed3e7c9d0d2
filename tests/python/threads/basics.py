"""Threads: start, join, names, arguments, results through shared objects, daemon, exceptions left to the hook."""
import threading
import time

results = []


def work(n, scale=1):
    results.append(sum(range(n)) * scale)


threads = [threading.Thread(target=work, args=(n,), kwargs={"scale": 2}, name=f"worker-{n}") for n in range(5)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(sorted(results), [t.name for t in threads], any(t.is_alive() for t in threads), threading.current_thread() is threading.main_thread(), threading.active_count())


class Summer(threading.Thread):
    def __init__(self, numbers):
        super().__init__()
        self.numbers = numbers

    def run(self):
        self.total = sum(self.numbers)
        self.seen = threading.current_thread() is self


s = Summer(range(1000))
s.start()
s.join()
print(s.total, s.seen, s.ident != threading.get_ident())
seen = []
threading.excepthook = lambda args: seen.append((args.exc_type.__name__, str(args.exc_value), args.thread.name))
t = threading.Thread(target=lambda: 1 / 0, name="dies")
t.start()
t.join()
print(seen)
for bad in (lambda: t.start(), lambda: threading.Thread().join(), lambda: threading.current_thread().join()):
    try:
        bad()
    except RuntimeError as error:
        print(error)
local = threading.local()
local.x = "main"
found = []


def reads():
    found.append(hasattr(local, "x"))
    local.x = "thread"
    found.append(local.x)


t = threading.Thread(target=reads)
t.start()
t.join()
print(found, local.x)
e = threading.Event()
order = []


def waits():
    e.wait()
    order.append("woken")


t = threading.Thread(target=waits)
t.start()
order.append("set")
e.set()
t.join(timeout=10)
print(order, e.is_set(), t.is_alive())
timer = threading.Timer(0.01, order.append, ["timer"])
timer.start()
timer.join()
print(order)
