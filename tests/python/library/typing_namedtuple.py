"""typing.NamedTuple, Protocol, generics at run time."""
from typing import Any, NamedTuple, Optional, Protocol, TypedDict, TypeVar, Union, get_args, get_origin, get_type_hints, runtime_checkable


class Point(NamedTuple):
    """A point."""

    x: int
    y: int = 2

    def total(self):
        return self.x + self.y


print(Point(1), Point(1, 5).total(), Point._fields, Point._field_defaults, Point(1)._replace(y=9), Point(1) == (1, 2), Point.__annotations__, Point.__doc__)


@runtime_checkable
class Closes(Protocol):
    def close(self): ...


class File:
    def close(self):
        pass


class Movie(TypedDict):
    title: str


print(isinstance(File(), Closes), isinstance(1, Closes), Movie(title="t"), Optional[int], Union[int, str], get_args(dict[str, int]), get_origin(list[int]), get_type_hints(Point), Any)
T = TypeVar("T")
print(T, list[T][int])
try:
    Point()
except TypeError as error:
    print(error)
