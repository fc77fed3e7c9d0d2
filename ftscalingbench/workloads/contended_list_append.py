"""Every thread appends to one shared list, which is emptied before it grows large."""

LOOPS = 300_000

shared = []


def run(loops):
    for i in range(loops):
        shared.append(i)
        if len(shared) > 10_000:
            shared.clear()
    return len(shared)
