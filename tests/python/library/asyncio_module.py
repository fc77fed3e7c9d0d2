"""Tasks, queues, time limits, groups, threads, and a server with its client."""
import asyncio
async def work(n, d):
    await asyncio.sleep(d)
    return n*2
async def producer(q):
    for i in range(3):
        await q.put(i); await asyncio.sleep(0)
    await q.put(None)
async def consumer(q):
    got=[]
    while (x:=await q.get()) is not None: got.append(x)
    return got
async def main():
    print(await asyncio.gather(*(work(i,0.01*(3-i)) for i in range(3))))
    q=asyncio.Queue(maxsize=1)
    p,c=asyncio.create_task(producer(q)),asyncio.create_task(consumer(q))
    print(await c); await p
    try:
        async with asyncio.timeout(0.01): await asyncio.sleep(5)
    except TimeoutError as e: print('timeout', type(e).__name__)
    async with asyncio.TaskGroup() as tg:
        a=tg.create_task(work(1,0)); b=tg.create_task(work(2,0))
    print(a.result(), b.result())
    try:
        async with asyncio.TaskGroup() as tg:
            tg.create_task(work('x',0)); tg.create_task(boom())
    except* ValueError as g: print(g.exceptions)
    lock=asyncio.Lock()
    async with lock: print(lock.locked())
    ev=asyncio.Event()
    asyncio.get_running_loop().call_later(0.005, ev.set)
    await ev.wait(); print('event')
    print(await asyncio.to_thread(lambda: 42))
    print(await asyncio.get_running_loop().run_in_executor(None, sum, [1,2,3]))
    t=asyncio.create_task(asyncio.sleep(10)); await asyncio.sleep(0); t.cancel()
    try: await t
    except asyncio.CancelledError: print('cancelled')
    async def handle(r,w):
        data=await r.readline(); w.write(data.upper()); await w.drain(); w.close()
    s=await asyncio.start_server(handle,'127.0.0.1',0)
    port=s.sockets[0].getsockname()[1]
    r,w=await asyncio.open_connection('127.0.0.1',port)
    w.write(b'hello\n'); await w.drain(); print(await r.readline()); w.close(); await w.wait_closed()
    s.close(); await s.wait_closed()
    print([x async for x in agen()])
async def agen():
    for i in range(3):
        await asyncio.sleep(0); yield i
async def boom(): raise ValueError('boom')
asyncio.run(main())
