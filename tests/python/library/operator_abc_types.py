"""operator, abc, types, copy."""
import abc
import copy
import operator
import types
from collections.abc import Iterable, Mapping, MutableSequence

print(operator.add(1, 2), operator.itemgetter(1)("abc"), operator.itemgetter(0, 2)("abc"), operator.attrgetter("real")(5), operator.attrgetter("real.imag")(5), operator.methodcaller("upper")("x"), operator.contains([1], 1), operator.index(True), operator.truth([]), operator.mul("a", 3))
print(sorted([(1, "b"), (0, "c")], key=operator.itemgetter(1)))


class Shape(abc.ABC):
    @abc.abstractmethod
    def area(self): ...

    @property
    @abc.abstractmethod
    def name(self): ...


class Square(Shape):
    def __init__(self, side):
        self.side = side

    def area(self):
        return self.side**2

    name = "square"


print(Square(3).area(), Square.__abstractmethods__, isinstance(Square(1), Shape))
try:
    Shape()
except TypeError as error:
    print(error)


@Shape.register
class Virtual: ...


print(issubclass(Virtual, Shape), isinstance([], Iterable), isinstance({}, Mapping), isinstance(5, Iterable), isinstance(Square(1), Mapping))


class Numbers(MutableSequence):
    def __init__(self):
        self.data = []

    def __getitem__(self, i):
        return self.data[i]

    def __setitem__(self, i, v):
        self.data[i] = v

    def __delitem__(self, i):
        del self.data[i]

    def __len__(self):
        return len(self.data)

    def insert(self, i, v):
        self.data.insert(i, v)


n = Numbers()
n.append(1)
n.extend([2, 3])
print(list(n), n.pop(), 2 in n, n.index(2), list(reversed(n)))
original = {"a": [1, 2], "t": (1, [2])}
shallow, deep = copy.copy(original), copy.deepcopy(original)
original["a"].append(3)
original["self"] = original
print(shallow["a"], deep["a"], copy.deepcopy(original)["self"]["a"], copy.copy(Square(2)).side, copy.deepcopy([Square(1)])[0].side)
namespace = types.SimpleNamespace(a=1)
namespace.b = 2
print(namespace, types.FunctionType is type(lambda: 0), types.MappingProxyType({"a": 1}), types.MethodType(lambda self, x: (self, x), 1)(2), types.GeneratorType.__name__, types.NoneType)
try:
    Square.__dict__["x"] = 1
except TypeError as error:
    print(error)
