"""Keys whose comparison changes the table that is being searched: its storage goes, and other storage comes in its place."""


class Key:
    def __init__(self, name, act=None):
        self.name, self.act = name, act

    def __hash__(self):
        return 5

    def __eq__(self, other):
        if self.act is not None:
            act, self.act = self.act, None
            act()
        return isinstance(other, Key) and self.name == other.name

    def __repr__(self):
        return f"Key({self.name})"


def empty(table):
    table.clear()
    add(table, "other")


def regrow(table):
    for size in (1, 60, 2, 600, 3, 7, 60, 1):
        table.clear()
        for i in range(size):
            add(table, i * 8 + 5)


def replace(table):
    table.clear()
    for i in range(4):
        add(table, Key(i))
    add(table, Key("last"))


def grow(table):
    for i in range(100):
        add(table, i * 8 + 5)
    for i in range(100):
        remove(table, i * 8 + 5)


def add(table, key):
    if isinstance(table, dict):
        table[key] = [key]
    else:
        table.add(key)


def remove(table, key):
    if isinstance(table, dict):
        del table[key]
    else:
        table.remove(key)


OPERATIONS = {
    dict: {
        "get": lambda table, key: table.get(key),
        "set": lambda table, key: table.__setitem__(key, "set"),
        "setdefault": lambda table, key: table.setdefault(key, "default"),
        "pop": lambda table, key: table.pop(key, "none"),
        "in": lambda table, key: key in table,
        "update": lambda table, key: table.update({key: "updated"}),
    },
    set: {
        "in": lambda table, key: key in table,
        "add": lambda table, key: table.add(key),
        "discard": lambda table, key: table.discard(key),
        "and": lambda table, key: table & {key},
    },
}

for kind in (dict, set):
    for name, operation in OPERATIONS[kind].items():
        for act in (empty, regrow, replace, grow):
            for position in (0, 2, 4) if kind is dict else (0,):
                table = kind()
                keys = [Key(i) for i in range(5)]
                for key in keys:
                    add(table, key)
                # In another order than sets may have, the first is always compared.
                keys[position].act = lambda: act(table)
                # A set compares in an order of its own: there the key is a new one, which is compared with all.
                result = operation(table, Key(position if kind is dict else "new"))
                left = list(map(repr, table))
                print(kind.__name__, name, act.__name__, position, result, left if kind is dict else sorted(left))


# Storage of the same size at the same address, whose entries behind the first are left over from before.
def again(table, times):
    for _ in range(times):
        table.clear()
        table["other"] = 0


stale = 0
for times in range(1, 1000):
    table = {}
    last = Key(4)
    for i in range(4):
        table[Key(i)] = [i]
    table[last] = [4]
    last.act = lambda: again(table, times)
    stale += table.get(Key(4)) is not None
print(stale)

# A table that was this thread's own when the search began, and is another's too when it ends.
import threading

found = {}
reached = []


def read_back():
    for key, value in list(found["table"].items()):
        reached.append((str(key), value[0] * 2))


def share():
    thread = threading.Thread(target=lambda: found.setdefault("table", table))
    thread.start()
    thread.join()


for _ in range(20):
    found.clear()
    reached.clear()
    table = {Key("stored", share): [1]}
    table[Key("new")] = [len(reached) + 2]
    threads = [threading.Thread(target=read_back) for _ in range(2)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
print(sorted(reached))
