"""Threads that keep taking references to the same objects: what they leave behind is found, once, when it is due."""

import gc
import threading

THREADS = 4
TURNS = 20_000


class Plain:
    def __init__(self, number):
        self.number = number
        self.other = self


class Closing:
    closed = 0

    def __del__(self):
        Closing.closed += 1


class Holder:
    plain = Plain(1)
    closing = Closing()


table = {"plain": Plain(2), "list": [Plain(3)]}
meeting = threading.Barrier(THREADS)


def read(sums, place):
    meeting.wait()
    total = 0
    for _ in range(TURNS):
        total += Holder.plain.number + Holder.plain.other.number
        total += table["plain"].number + table["list"][0].number
        closing = Holder.closing
    sums[place] = total


def count(kind):
    return sum(type(found) is kind for found in gc.get_objects())


for round in range(3):
    sums = [0] * THREADS
    threads = [threading.Thread(target=read, args=(sums, place)) for place in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(sums == [TURNS * 7] * THREADS)

    # An object with a finaliser is not left to the collector, however many threads used it.
    Holder.closing = None
    print("closed", Closing.closed)
    Holder.closing = Closing()

    Holder.plain = Plain(1)
    table["plain"] = Plain(2)
    table["list"] = [Plain(3)]
    gc.collect()
    print("left", count(Plain))

Holder.closing = None
print("closed", Closing.closed)
