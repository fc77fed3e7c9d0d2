class V:
    def __init__(self, v):
        self.v = v

    def __add__(self, other):
        return V(self.v + other.v)

    def __eq__(self, other):
        return self.v == other.v

    def __repr__(self):
        return "V(" + repr(self.v) + ")"

    def __len__(self):
        return self.v

    def __getitem__(self, i):
        return i * 2

    def __call__(self, x):
        return x + self.v

    def __bool__(self):
        return self.v != 0


v = V(1) + V(2)
print(v, v == V(3), v != V(3), len(v), v[5], v(10), bool(V(0)), [v])
