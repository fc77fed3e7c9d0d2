"""Strings: concatenation, join, formatting, slices, comparison, split."""

from _best_of import print_best


def run():
    parts = []
    for i in range(40_000):
        parts.append("item " + str(i) + ", ")
    text = "".join(parts)
    line = ""
    for i in range(20_000):
        line += "x"
        if line[-3:] == "xyz":
            line = ""
    fields = 0
    for i in range(20_000):
        fields += len(f"{i}:{i + 1}:{line[:3]}".split(":"))
    return len(text), len(line), fields


print_best(run, run())
