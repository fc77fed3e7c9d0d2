"""Every thread takes one shared lock around a short update: what cannot run in parallel, done without collapse."""

import threading

LOOPS = 300_000

lock = threading.Lock()
total = [0]


def run(loops):
    for _ in range(loops):
        with lock:
            total[0] += 1
    return total[0]
