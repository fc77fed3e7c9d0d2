"""An exception thrown into a coroutine while the thrower handles it is the coroutine's own all the same."""


class Pause:
    def __await__(self):
        yield


async def handles():
    try:
        await Pause()
    except ValueError:
        try:
            raise KeyError("inner")
        except KeyError:
            await Pause()
        await Pause()
        raise


async def outermost():
    await handles()


def throw_while_handling(coroutine):
    try:
        raise ValueError("thrown")
    except ValueError as error:
        coroutine.throw(error)


coroutine = outermost()
coroutine.send(None)
throw_while_handling(coroutine)
coroutine.send(None)
try:
    coroutine.send(None)
except BaseException as error:
    print(repr(error), repr(error.__context__))


def generator():
    import sys

    yield sys.exception()
    try:
        raise KeyError("own")
    except KeyError:
        yield sys.exception()
    yield sys.exception()


def next_while_handling(iterator):
    try:
        raise ValueError("outer")
    except ValueError:
        return repr(next(iterator))


iterator = generator()
print(next_while_handling(iterator), next(iterator), next(iterator))
iterator = generator()
print(next(iterator), next_while_handling(iterator), next_while_handling(iterator))
