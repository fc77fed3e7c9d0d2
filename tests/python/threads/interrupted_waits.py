"""Signals end or interrupt the main thread's waits for locks, events, queues and threads."""

import os
import queue
import signal
import threading
import time


def send(number):
    time.sleep(0.05)
    os.kill(os.getpid(), number)


def interrupted(name, wait):
    sender = threading.Thread(target=send, args=(signal.SIGINT,))
    try:
        sender.start()
        wait()
        print(name, "returned")
    except KeyboardInterrupt:
        print(name, "interrupted")
    sender.join()


lock = threading.Lock()
lock.acquire()
interrupted("Lock.acquire", lock.acquire)
interrupted("Lock.acquire with a timeout", lambda: lock.acquire(timeout=60))
interrupted("Event.wait", threading.Event().wait)
interrupted("Event.wait with a timeout", lambda: threading.Event().wait(60))
interrupted("Queue.get", queue.Queue().get)
interrupted("Queue.get with a timeout", lambda: queue.Queue().get(timeout=60))
interrupted("Semaphore.acquire", threading.Semaphore(0).acquire)
interrupted("Barrier.wait", threading.Barrier(2).wait)

held, done = threading.Event(), threading.Event()
reentrant = threading.RLock()


def hold():
    with reentrant:
        held.set()
        done.wait()


holder = threading.Thread(target=hold)
holder.start()
held.wait()
interrupted("RLock.acquire", reentrant.acquire)
interrupted("Thread.join", holder.join)
interrupted("Thread.join with a timeout", lambda: holder.join(60))
done.set()
holder.join()

# A handler that returns lets the wait go on; here it ends what the wait is for.
seen = []


def handler(number, frame):
    seen.append(signal.Signals(number).name)
    if len(seen) == 2:
        lock.release()


signal.signal(signal.SIGUSR1, handler)
for _ in range(2):
    threading.Thread(target=send, args=(signal.SIGUSR1,)).start()
    while not seen:
        lock.acquire(timeout=0.5)
print(lock.acquire(), seen, lock.locked())
