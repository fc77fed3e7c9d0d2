class Pause:
    def __await__(self):
        got = yield "paused"
        return got


async def child():
    return await Pause() + 1


async def main():
    return await child() * 10


c = main()
print(c.send(None))
try:
    c.send(4)
except StopIteration as stop:
    print(stop.value)
