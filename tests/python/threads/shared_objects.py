"""Objects shared by threads without locks: single operations stay whole, containers stay intact."""
import threading

THREADS, N = 4, 3000


def together(work):
    barrier = threading.Barrier(THREADS)
    errors = []

    def run(k):
        try:
            barrier.wait()
            work(k)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(k,)) for k in range(THREADS)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    return errors


shared = []
print(together(lambda k: [shared.append((k, i)) for i in range(N)]), len(shared), len(set(shared)))
print(all([i for kk, i in shared if kk == k] == list(range(N)) for k in range(THREADS)))
table = {}
print(together(lambda k: [table.__setitem__((k, i), i) for i in range(N)]), len(table), sum(table.values()) == THREADS * sum(range(N)))
table = {}
print(together(lambda k: [table.__setitem__(i, k) for i in range(N)]), sorted(table) == list(range(N)), set(table.values()) <= set(range(THREADS)))
winners = []
slots = {}
together(lambda k: [winners.append(slots.setdefault(i, (k, i))) for i in range(N)])
print(all(slots[w[1]] is w for w in winners))
popped = []
together(lambda k: [popped.append(shared.pop()) for _ in range(N)])
print(len(shared), len(set(popped)) == THREADS * N)


class Node:
    def __init__(self, value, next=None):
        self.value, self.next = value, next


head = Node(0)


def overwrite(k):
    for i in range(N):
        head.next = Node(i, Node(k))
        seen = head.next
        assert type(seen.value) is int and seen.next.value in range(THREADS)
        setattr(head, f"attribute{i % 50}", seen)


print(together(overwrite), len(head.__dict__))


class Changing:
    value = 0


instances = [Changing() for _ in range(THREADS)]


def mutate_type(k):
    for i in range(300):
        Changing.value = i
        assert 0 <= instances[k].value < 300
        setattr(Changing, f"method{k}", lambda self: k)
        assert getattr(instances[k], f"method{k}")() == k


print(together(mutate_type))
counted = set()
print(together(lambda k: [counted.add(i) for i in range(N)]), len(counted))


def numbers():
    i = 0
    while True:
        yield i
        i += 1


got = []
iterator = iter(range(N))
together(lambda k: got.extend(iterator))
print(set(got) == set(range(N)))
