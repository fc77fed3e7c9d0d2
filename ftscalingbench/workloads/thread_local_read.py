"""Reading attributes of a threading.local object, a few in each round of the loop."""

import threading

LOOPS = 300_000

local = threading.local()


def run(loops):
    local.x = 1
    total = 0
    for _ in range(loops):
        total += local.x
        total += local.x
        total += local.x
        total += local.x
        total += local.x
    return total
