"""Creating and dropping small dicts from a display with constant keys."""

LOOPS = 1_000_000


def run(loops):
    for i in range(loops):
        record = {"key": i, "value": 2, "next": None}
    return len(record)
