"""What single operations cost, in nanoseconds: lines of operation, Python line and figure, separated by tabs.

The line is written out a hundred times, between two readings of the clock; what the same readings cost with nothing between
them is taken off. `{n}` stands for the number of the repetition, so that objects can be made before the first reading and dropped
after the second. A round measures every line once; a figure is the median of the rounds' differences.

Another thread has run before, so what module globals reach is shared between threads, and what only the function reaches
is local to its thread. Interpreters that know no such difference measure the same line twice.
"""

import statistics
import threading
from time import perf_counter_ns

LINES = 100
LOOPS = 1_000
ROUNDS = 15


class Thing:
    pass


def function(argument):
    return argument


def make_foreign():
    global foreign_list
    foreign_list = [Thing() for _ in range(8)]


shared_value = Thing()
shared_list = [shared_value] * 8
shared_dict = {"key": shared_value}
shared_object = Thing()
shared_object.slot = shared_value

other_thread = threading.Thread(target=make_foreign)
other_thread.start()
other_thread.join()

TEMPLATE = """
def measured(loops):
    shared, table, instance, value, foreign = shared_list, shared_dict, shared_object, shared_value, foreign_list
    mine = Thing()
    local, own_table, own = [mine] * 8, {{"key": mine}}, Thing()
    own.slot = mine
    call, length = function, len
    total = 0
    for _ in range(loops):
        {before}
        start = clock()
        {timed}
        total += clock() - start
        {after}
    return total
"""


class Line:
    """A line of Python, with what is done before and after the readings of the clock."""

    def __init__(self, timed, before="", after=""):
        def written_out(line):
            return "\n        ".join(line.format(n=n) for n in range(LINES)) if line else "pass"

        source = TEMPLATE.format(
            before=written_out(before), timed=written_out(timed), after=written_out(after)
        )
        namespace = dict(globals(), clock=perf_counter_ns)
        exec(source, namespace)
        self.shown = timed.replace("{n}", "")
        self.measured = namespace["measured"]
        self.measured(LOOPS)

    def round(self):
        """The nanoseconds of one repetition."""
        return self.measured(LOOPS) / LOOPS / LINES


NEW, GONE = "new{n} = Thing()", "new{n} = None"
NEW_LIST, GONE_LIST = "new{n} = [mine]", "new{n} = None"

# Operation, line, and the line whose cost is taken off besides that of nothing.
OPERATIONS = [
    ("store to a local list", Line("local[3] = mine"), None),
    ("store to a shared list", Line("shared[3] = value"), None),
    ("load from a local list", Line("x = local[3]"), None),
    ("load from a shared list", Line("x = shared[3]"), None),
    ("load from another thread's list", Line("x = foreign[3]"), None),
    ("store to a local dict", Line("own_table['key'] = mine"), None),
    ("store to a shared dict", Line("table['key'] = value"), None),
    ("load from a local dict", Line("x = own_table['key']"), None),
    ("load from a shared dict", Line("x = table['key']"), None),
    ("store to a local attribute", Line("own.slot = mine"), None),
    ("store to a shared attribute", Line("instance.slot = value"), None),
    ("load of a local attribute", Line("x = own.slot"), None),
    ("load of a shared attribute", Line("x = instance.slot"), None),
    ("publishing an object", Line("shared[3] = new{n}", NEW, GONE), Line("shared[3] = value")),
    ("publishing a list of one", Line("shared[3] = new{n}", NEW_LIST, GONE_LIST), Line("shared[3] = value")),
    ("call of a function", Line("call(mine)"), None),
    ("call of a built-in function", Line("length(local)"), None),
    ("allocation of an object", Line(NEW, GONE), None),
    ("drop of an object", Line(GONE, NEW), None),
    ("allocation of a list", Line(NEW_LIST, GONE_LIST), None),
    ("drop of a list", Line(GONE_LIST, NEW_LIST), None),
]

nothing = Line("")
figures = {operation: [] for operation, _, _ in OPERATIONS}
for _ in range(ROUNDS):
    empty = nothing.round()
    for operation, line, less in OPERATIONS:
        figures[operation].append(line.round() - (less.round() if less else empty))
for operation, line, less in OPERATIONS:
    shown = f"{line.shown} (less {less.shown})" if less else line.shown
    print(operation, shown, "%.2f" % max(0.0, statistics.median(figures[operation])), sep="\t")
