"""import: forms, aliases, errors, __name__, sys.modules."""
import collections.abc
import math as m
import sys
from math import cos as cosine, pi
from functools import *

print(m.sqrt(4), pi, cosine(0), __name__, "math" in sys.modules, sys.modules["math"] is m, collections.abc.Sized.__name__, reduce(lambda a, b: a + b, [1, 2]))


def local():
    import operator

    return operator.add(1, 2), "operator" in globals()


print(local())
try:
    import no_such_module
except ModuleNotFoundError as error:
    print(error, error.name)
try:
    from math import no_such_name
except ImportError as error:
    print(str(error).split(" (")[0])
try:
    import math.inner
except ModuleNotFoundError as error:
    print(error)
module = type(sys)("made")
module.value = 5
sys.modules["made"] = module
import made
from made import value

print(made.value, value, made.__name__)
try:
    made.missing
except AttributeError as error:
    print(error)
try:
    from . import sibling
except ImportError as error:
    print(error)
if __name__ == "__main__":
    print("main")
