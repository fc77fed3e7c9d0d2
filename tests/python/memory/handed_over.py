"""What a thread drops for another that waits: a collection settles it, also for threads that have ended."""
import gc
import threading
import weakref

died = []


class Noted:
    def __del__(self):
        died.append(1)


def let_go(kept):
    references = [weakref.ref(noted) for noted in kept]
    kept.clear()
    gc.collect()
    seen.append((len(died), [reference() for reference in references].count(None)))


def run(work, *arguments):
    thread = threading.Thread(target=work, args=arguments)
    thread.start()
    thread.join()


seen = []
# The main thread made them, and waits.
run(let_go, [Noted() for _ in range(100)])
print(seen)


def make(into):
    into.extend(Noted() for _ in range(100))


# A thread that has ended made them.
died.clear()
made = []
run(make, made)
let_go(made)
print(seen[1:])
