"""A generator goes on in the code it was made of, and keeps its names, when its function gets other code."""
import gc


def count():
    "Counts."
    yield 1
    yield 2


def letters():
    shown = [letter for letter in "ab"]
    yield shown
    yield shown


first = count()
print(next(first), count.__doc__)
count.__code__ = letters.__code__
gc.collect()
print(next(first), first.__name__, first.gi_code.co_name)
print(count.__name__, count.__qualname__, count.__doc__)
second = count()
print(list(second), second.__name__)
count.__name__ = "renamed"
third = count()
print(second.__name__, second.__qualname__, third.__name__, third.__qualname__)
count.__doc__ = None
print(count.__doc__)
del letters.__doc__
print(letters.__doc__, letters.__name__)

made = count()
del count, letters
gc.collect()
print(next(made), made.__name__, made.__qualname__)
