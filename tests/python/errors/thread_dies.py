"""A thread that dies with an exception: its traceback on standard error, the program goes on and ends with status 0."""
import threading


def dies():
    raise ValueError("in a thread")


t = threading.Thread(target=dies, name="doomed")
t.start()
t.join()
print("main goes on")
