"""Locks, RLock, Condition, Semaphore, Barrier: exclusion and hand-over between threads."""
import threading

lock = threading.Lock()
total = 0


def add(n):
    global total
    for _ in range(n):
        with lock:
            total += 1


threads = [threading.Thread(target=add, args=(5000,)) for _ in range(4)]
[t.start() for t in threads]
[t.join() for t in threads]
print(total, lock.locked(), lock.acquire(), lock.locked(), lock.acquire(blocking=False), lock.acquire(timeout=0.01), lock.release())
try:
    lock.release()
except RuntimeError as error:
    print(error)
r = threading.RLock()
with r:
    with r:
        print("twice")
try:
    r.release()
except RuntimeError as error:
    print(error)
condition = threading.Condition()
items, taken = [], []


def consume():
    while True:
        with condition:
            while not items:
                condition.wait()
            item = items.pop(0)
        if item is None:
            return
        taken.append(item)


c = threading.Thread(target=consume)
c.start()
for i in [1, 2, 3, None]:
    with condition:
        items.append(i)
        condition.notify()
c.join()
print(taken)
semaphore = threading.Semaphore(2)
print(semaphore.acquire(), semaphore.acquire(), semaphore.acquire(blocking=False))
barrier = threading.Barrier(3)
passed = []


def meet():
    barrier.wait()
    passed.append(1)
    barrier.wait()


threads = [threading.Thread(target=meet) for _ in range(2)]
[t.start() for t in threads]
barrier.wait()
barrier.wait()
print(len(passed) == 2, barrier.parties, [t.join() for t in threads])
