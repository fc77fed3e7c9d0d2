"""What single operations cost, in nanoseconds, as lines of `what nanoseconds`.

Each is a loop whose body has the operation ten times, less the same loop with an empty body. Another thread has run
before, so objects that module globals reach are shared between threads and objects that only a function reaches are not.
"""

import threading
from time import perf_counter_ns

LOOPS = 50_000
PASSES = 7
REPEATS = 10


class Thing:
    pass


def function(x):
    return x


shared_value = Thing()
shared_list = [shared_value] * 8
shared_dict = {"key": shared_value}
shared_object = Thing()
shared_object.slot = shared_value

other_thread = threading.Thread(target=function, args=(0,))
other_thread.start()
other_thread.join()

TEMPLATE = """
def measured(loops):
    shared, table, instance, value = shared_list, shared_dict, shared_object, shared_value
    local, own = [value] * 8, Thing()
    own.slot = own
    mine = Thing()
    call = function
    start = clock()
    for _ in range(loops):
        {body}
    return clock() - start
"""


def best(statement):
    """The best pass's nanoseconds for one loop of the statement, ten times over."""
    namespace = dict(globals(), clock=perf_counter_ns)
    exec(TEMPLATE.format(body="\n        ".join([statement] * REPEATS)), namespace)
    return min(namespace["measured"](LOOPS) for _ in range(PASSES)) / LOOPS


empty = best("pass")


def cost(statement):
    return max(0.0, best(statement) - empty) / REPEATS


def show(what, nanoseconds):
    print(what, "%.2f" % max(0.0, nanoseconds))


show("store to a local list", cost("local[3] = mine"))
show("store to a shared list", cost("shared[3] = value"))
show("load from a local list", cost("x = local[3]"))
show("load from a shared list", cost("x = shared[3]"))
show("store to a shared dict", cost("table['key'] = value"))
show("load from a shared dict", cost("x = table['key']"))
show("store to an attribute of a local object", cost("own.slot = mine"))
show("store to an attribute of a shared object", cost("instance.slot = value"))
show("load of an attribute of a shared object", cost("x = instance.slot"))
show("call of a function", cost("call(mine)"))
allocation_and_drop = cost("Thing()")
in_a_list = cost("x = [Thing(), Thing(), Thing(), Thing(), Thing()]") / 5
show("allocation and drop of an object", allocation_and_drop)
show("the same, five at a time in a list", in_a_list)
show("allocation and drop of a list", cost("[mine]"))
show("publishing a new object", cost("shared[3] = Thing()") - cost("local[3] = Thing()"))
show("publishing a new list of one", cost("shared[3] = [value]") - cost("local[3] = [value]"))
