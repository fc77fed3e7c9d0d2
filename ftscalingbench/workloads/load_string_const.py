"""String constants of shared code, loaded by every thread."""

LOOPS = 3_000_000


def run(loops):
    matches = 0
    for _ in range(loops):
        word = "a string constant"
        other = "another string constant"
        if word is other:
            matches += 1
    return matches
