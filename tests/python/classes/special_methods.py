"""Special methods: arithmetic with reflection, comparison, containers, calls, conversion, truth."""


class Vector:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __repr__(self):
        return f"Vector({self.x}, {self.y})"

    def __add__(self, other):
        if not isinstance(other, Vector):
            return NotImplemented
        return Vector(self.x + other.x, self.y + other.y)

    def __mul__(self, k):
        return Vector(self.x * k, self.y * k)

    __rmul__ = __mul__

    def __matmul__(self, other):
        return self.x * other.x + self.y * other.y

    def __neg__(self):
        return Vector(-self.x, -self.y)

    def __iadd__(self, other):
        self.x += other.x
        return self

    def __eq__(self, other):
        return isinstance(other, Vector) and (self.x, self.y) == (other.x, other.y)

    def __hash__(self):
        return hash((self.x, self.y))

    def __lt__(self, other):
        return self.x < other.x

    def __bool__(self):
        return bool(self.x or self.y)

    def __abs__(self):
        return (self.x**2 + self.y**2) ** 0.5

    def __getitem__(self, i):
        return (self.x, self.y)[i]

    def __len__(self):
        return 2

    def __contains__(self, v):
        return v in (self.x, self.y)

    def __call__(self, *args):
        return ("called", *args)

    def __int__(self):
        return int(self.x)

    def __float__(self):
        return float(self.x)

    def __index__(self):
        return self.x

    def __divmod__(self, other):
        return "divmod"

    def __pow__(self, other, modulo=None):
        return ("pow", other, modulo)

    def __round__(self, digits=None):
        return ("round", digits)

    def __format__(self, spec):
        return f"V[{spec}]"


v, w = Vector(1, 2), Vector(3, 4)
print(v + w, v * 3, 3 * v, v @ w, -v, abs(w), v == Vector(1, 2), v != w, v < w, v > w, bool(Vector(0, 0)), list(v), len(v), 2 in v, v(1))
u = v
u += w
print(v, u is v, {Vector(1, 1): "k"}[Vector(1, 1)], int(w), float(w), [10, 20, 30, 40][w], divmod(v, 1), v**2, pow(v, 2, 5), round(v), round(v, 1), f"{v:x}", hex(w), max([v, w]), sorted([w, Vector(0, 0)]))


class Reflected:
    def __radd__(self, other):
        return ("radd", other)

    def __rsub__(self, other):
        return ("rsub", other)

    def __eq__(self, other):
        return "eq!"

    def __ge__(self, other):
        return "ge!"


print(1 + Reflected(), "s" - Reflected(), 1 == Reflected(), 1 <= Reflected(), [1] + [Reflected() == 2])


class Base:
    def __add__(self, other):
        return "base add"


class Derived(Base):
    def __radd__(self, other):
        return "derived radd first"


print(Base() + Derived(), Base() + Base())
for action in (lambda: v + 1, lambda: v - w, lambda: 1 - v, lambda: v <= w, lambda: hash(Reflected()), lambda: len(Reflected()), lambda: Reflected()(), lambda: Reflected()[0], lambda: -Reflected(), lambda: iter(Reflected()), lambda: v.missing):
    try:
        print(action())
    except Exception as error:
        print(type(error).__name__, error)


class Bad:
    def __len__(self):
        return -1

    def __bool__(self):
        return 2

    def __repr__(self):
        return 1

    def __index__(self):
        return "x"

    def __hash__(self):
        return "h"

    def __iter__(self):
        return 1


for function in (len, bool, repr, hash, iter, [1].__getitem__, str):
    try:
        function(Bad())
    except Exception as error:
        print(type(error).__name__, error)
