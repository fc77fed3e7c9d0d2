"""copy.deepcopy of a small private dict: dispatch through shared tables of the copy module."""

from copy import deepcopy

LOOPS = 25_000


def run(loops):
    original = {"name": "tree", "leaves": [1, 2, 3], "height": 4.5, "root": None}
    for _ in range(loops):
        copied = deepcopy(original)
    return len(copied)
