"""Methods of a built-in type on an object that no other thread sees: pop and append on a private list."""

LOOPS = 1_200_000


def run(loops):
    queue = list(range(64))
    for i in range(loops):
        queue.pop()
        queue.append(i)
    return len(queue)
