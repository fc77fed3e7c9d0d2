import _thread

lock = _thread.allocate_lock()
done = _thread.allocate_lock()
done.acquire()
total = [0, 0]


def work():
    for _ in range(1000):
        with lock:
            total[0] += 1
    with lock:
        total[1] += 1
        if total[1] == 4:
            done.release()


for _ in range(4):
    _thread.start_new_thread(work, ())
done.acquire()
print(total)
