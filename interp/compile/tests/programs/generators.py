def generator(a):
    x = yield a
    yield from a
    return x


async def coroutine(a):
    await a
    async with a as b:
        async for c in b:
            pass
    return [d async for d in a]


async def asynchronous_generator(a):
    yield a
    return


numbers = (await_ async for await_ in x)
