"""queue: producers and consumers, order, limits, join, shutdown."""
import queue
import threading

q = queue.Queue(maxsize=2)
out = []


def produce(n):
    for i in range(n):
        q.put(i)
    q.put(None)


def consume():
    while (item := q.get()) is not None:
        out.append(item * item)
        q.task_done()
    q.task_done()


threads = [threading.Thread(target=produce, args=(20,)), threading.Thread(target=consume)]
[t.start() for t in threads]
[t.join() for t in threads]
q.join()
print(out, q.empty(), q.qsize())
for call in (lambda: q.get(block=False), lambda: q.get(timeout=0.01), lambda: [q.put(1), q.put(2), q.put(3, block=False)]):
    try:
        call()
    except (queue.Empty, queue.Full) as error:
        print(type(error).__name__)
l = queue.LifoQueue()
p = queue.PriorityQueue()
s = queue.SimpleQueue()
for i in (3, 1, 2):
    l.put(i), p.put((i, "x")), s.put(i)
print([l.get() for _ in range(3)], [p.get() for _ in range(3)], [s.get() for _ in range(3)])
work, done = queue.Queue(), queue.Queue()


def worker():
    while (n := work.get()) is not None:
        done.put((n, sum(range(n))))


workers = [threading.Thread(target=worker) for _ in range(4)]
[w.start() for w in workers]
for n in range(50):
    work.put(n)
for _ in workers:
    work.put(None)
[w.join() for w in workers]
print(sorted(done.get() for _ in range(50))[-3:])
