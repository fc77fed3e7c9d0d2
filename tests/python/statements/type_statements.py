"""type statements, type parameters, lazy annotations."""


class Stack[T]:
    def __init__(self):
        self.items: list[T] = []

    def push(self, item: T) -> None:
        self.items.append(item)


def first[T](items: list[T]) -> T:
    return items[0]


s = Stack[int]()
s.push(1)
print(s.items, first([3]), Stack.__type_params__, first.__type_params__, Stack[int])
type Pair[A, B] = tuple[A, B]
type Lazy = NotDefinedYet
print(Pair, Pair.__type_params__, Pair.__value__)
try:
    Lazy.__value__
except NameError as error:
    print(error)
NotDefinedYet = int
print(Lazy.__value__)


def annotated(a: Later, b: "text" = 1) -> Later: ...


class Later: ...


print(annotated.__annotations__["a"] is Later, list(annotated.__annotations__))


def bad(a: Nowhere): ...


try:
    bad.__annotations__
except NameError as error:
    print(error)
print(list[int], dict[str, int], int | None, tuple[int, ...], list[int] == list[int], isinstance(1, int | str), list[int]([1]))
