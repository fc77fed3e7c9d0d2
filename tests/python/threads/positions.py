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
    return items[-2:]


def slice_ends():
    for _ in range(N):
        if items[-2:] != ["a", "b"] or items[:-3:-1] != ["b", "a"]:
            return "torn"
        items[-2:] = ["a", "b"]
        items[:-3:-1] = ["b", "a"]
        del items[-2:-1]
        items[-1:] = ["a", "b"]
    return items[-2:]


print(beside(move, pop_and_insert))
print(beside(move, delete_and_insert))
print(beside(move, slice_ends))
print(len(items), items.count("a"), items.count("b"))
