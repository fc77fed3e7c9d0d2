"""Positions in a list that other threads change: each operation finds its position and uses it at one moment."""
import threading

N = 3000


def beside(disturb, work):
    done = False

    def run():
        while not done:
            disturb()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        return work()
    finally:
        done = True
        thread.join()


own = []
missing = []


def add_and_remove(k):
    try:
        for i in range(N):
            item = (k, i)
            own.append(item)
            own.remove(item)
    except ValueError:
        missing.append(k)


threads = [threading.Thread(target=add_and_remove, args=(k,)) for k in range(4)]
[t.start() for t in threads]
[t.join() for t in threads]
print(own, missing)

items = ["f"] * 50 + ["a", "b"]


def move():
    items.insert(0, "f")
    items.pop(0)


def pop_and_insert():
    for _ in range(N):
        found = items.pop(-2)
        if found != "a":
            return found
        items.insert(-1, found)
    return "whole"


def delete_and_insert():
    for _ in range(N):
        del items[-2]
        items.insert(-1, "a")


print(beside(move, pop_and_insert))
beside(move, delete_and_insert)
print(items[-2:])
print(len(items), items.count("a"), items.count("b"))
