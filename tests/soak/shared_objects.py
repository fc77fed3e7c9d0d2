"""Threads create, share, overwrite and drop objects in shared lists, dicts and attributes, and check what they read.

    shared_objects.py [THREADS [SECONDS]]

Every object carries a checksum, every container has a rule that its content keeps, and every audited object must have
been finalised by the end. A violation is printed and makes the exit status 1.
"""

import gc
import sys
import threading
import time

THREADS = int(sys.argv[1]) if len(sys.argv) > 1 else 8
SECONDS = float(sys.argv[2]) if len(sys.argv) > 2 else 60
SLOTS = 64
QUEUE_LIMIT = 500


class Violation(Exception):
    pass


class Item:
    def __init__(self, number, link=None):
        self.number = number
        self.check = number * 31 + 7
        self.link = link


class Audited(Item):
    """Its finaliser runs on whichever thread drops it last, and notes so in a list of that thread."""

    def __del__(self):
        graves.setdefault(threading.get_ident(), []).append(None)


class Root:
    pass


graves = {}
slots = [Item(i) for i in range(SLOTS)]
queue = []
table = {i: Item(i) for i in range(SLOTS)}
growing = {}
root = Root()
root.head = Item(0)
for name in range(SLOTS):
    setattr(root, "field%d" % name, Item(name))
generators = [None] * THREADS
lock = threading.Lock()
guarded = [0, 0]


def verify(item, rule=None):
    """An item that other threads may overwrite where it came from, but never change."""
    if not isinstance(item, Item) or item.check != item.number * 31 + 7:
        raise Violation("a broken item: %r" % (item,))
    if rule is not None and item.number % SLOTS != rule:
        raise Violation("item %d where rule %d holds" % (item.number, rule))
    return item


def overwrite_slots(random, made):
    i = random() % SLOTS
    slots[i] = Audited(i + SLOTS * (random() % 1000), verify(slots[random() % SLOTS]) if random() % 8 == 0 else None)
    made[0] += 1
    j = random() % SLOTS
    verify(slots[j], j).link = None  # chains must not grow for ever


def append_and_pop(random, made):
    queue.append(Audited(random()))
    made[0] += 1
    if len(queue) > QUEUE_LIMIT or random() % 2:
        try:
            verify(queue.pop())
        except IndexError:
            pass
    for item in queue[-3:]:
        verify(item)


def overwrite_table(random, made):
    i = random() % SLOTS
    table[i] = Audited(i + SLOTS * (random() % 1000))
    made[0] += 1
    verify(table[(i * 7) % SLOTS], (i * 7) % SLOTS)


def grow_and_shrink(random, made):
    key = random() % 5000
    if random() % 2:
        growing[key] = [Item(key), str(key)]
    else:
        growing.pop(key, None)
    found = growing.get(random() % 5000)
    if found is not None and found[1] != str(verify(found[0]).number):
        raise Violation("a pair that does not match: %r" % (found,))


def overwrite_attributes(random, made):
    i = random() % SLOTS
    setattr(root, "field%d" % i, Item(i + SLOTS * (random() % 1000)))
    verify(getattr(root, "field%d" % ((i * 3) % SLOTS)), (i * 3) % SLOTS)
    head = Audited(random(), Item(1, Item(2)))
    made[0] += 1
    root.head = head
    verify(verify(verify(root.head).link or head).link or head)


def make_cycles(random, made):
    a, b = Item(1), Item(2)
    a.link, b.link = b, a
    if random() % 4 == 0:
        root.cycle = [a, {"b": b}, lambda: a]
        verify(root.cycle[0])


def share_generators(random, made):
    def count(start):
        item = Item(start)
        while True:
            yield verify(item).number
            item = Item(item.number + 1)

    i = random() % THREADS
    generators[i] = count(random())
    try:
        next(generators[random() % THREADS] or generators[i])
    except ValueError as error:
        if "already executing" not in str(error):
            raise


def raise_through_frames(random, made):
    def fail(depth, held):
        if depth == 0:
            raise KeyError(held)
        fail(depth - 1, held)

    try:
        fail(random() % 10, Item(3))
    except KeyError as error:
        verify(error.args[0])
        root.error = error


def update_under_lock(random, made):
    with lock:
        guarded[0] += 1
        guarded[1] -= 1
        if guarded[0] + guarded[1] != 0:
            raise Violation("a lock that does not exclude: %r" % (guarded,))


WORK = [overwrite_slots, append_and_pop, overwrite_table, grow_and_shrink, overwrite_attributes, make_cycles]
WORK += [share_generators, raise_through_frames, update_under_lock]


def worker(seed, made, rounds, violations, stop):
    state = seed * 7919 + 1

    def random():
        nonlocal state
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        return state >> 8

    try:
        while not stop.is_set():
            for _ in range(200):
                WORK[random() % len(WORK)](random, made)
            rounds[0] += 200
            bury(made)
    except BaseException as error:
        violations.append("thread %d: %s: %s" % (seed, type(error).__name__, error))
        stop.set()
        raise


def bury(made):
    """Counts this thread's graves and forgets them."""
    mine = graves.get(threading.get_ident())
    if mine:
        number = len(mine)
        del mine[:number]
        made[1] += number


def main():
    stop, violations = threading.Event(), []
    made = [[0, 0] for _ in range(THREADS)]
    rounds = [[0] for _ in range(THREADS)]
    threads = [
        threading.Thread(target=worker, args=(i, made[i], rounds[i], violations, stop)) for i in range(THREADS)
    ]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    stop.wait(SECONDS)
    stop.set()
    for thread in threads:
        thread.join()
    seconds = time.monotonic() - began
    queue.clear()
    table.clear()
    growing.clear()
    slots.clear()
    generators.clear()
    root.__dict__.clear()
    gc.collect()
    gc.collect()
    audited = sum(counts[0] for counts in made)
    dead = sum(counts[1] for counts in made) + sum(len(left) for left in graves.values())
    if audited != dead:
        violations.append("%d audited objects were made and %d finalised" % (audited, dead))
    if guarded[0] != -guarded[1]:
        violations.append("the guarded sums differ: %r" % (guarded,))
    operations = sum(count[0] for count in rounds)
    print("%d threads, %.1f s, %d operations, %d audited objects" % (THREADS, seconds, operations, audited))
    for violation in violations:
        print("violation:", violation)
    sys.exit(1 if violations else 0)


main()
