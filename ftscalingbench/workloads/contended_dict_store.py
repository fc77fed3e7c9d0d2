"""Every thread stores into the same keys of one shared dict."""

LOOPS = 800_000

shared = {key: 0 for key in range(64)}


def run(loops):
    for i in range(loops):
        shared[i & 63] = i
    return len(shared)
