x: int
if x:
    y: str = "s"


def f[T: int, *Ts, **P = [int]](a: T, *args: *Ts, b: int = 1) -> T: ...


class C[T](Base):
    a: T
    if x:
        b: int

    def method(self, other: C) -> a: ...


type Alias[K] = dict[K, C]
type Plain = int
