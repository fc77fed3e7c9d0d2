"""sys and time: what a program asks of its interpreter."""
import sys
import time

print(sys.argv[1:], sys.version_info[:2] >= (3, 14), sys.maxsize, sys.byteorder, sys.maxunicode, sys.float_info.max, sys.int_info.bits_per_digit > 0, sys.getdefaultencoding(), sys.flags.optimize)
print(sys.intern("a" * 3) is sys.intern("aaa"), sys.getrecursionlimit() >= 1000, "builtins" in sys.modules, sys.stdout.write("written\n"), sys.getrefcount([]) >= 1, sys.getsizeof([]) > 0)
a, b = time.monotonic(), time.perf_counter_ns()
time.sleep(0.01)
print(time.monotonic() - a >= 0.01, time.perf_counter_ns() > b, time.time() > 1.7e9, time.process_time() >= 0, time.gmtime(0)[:6], time.strftime("%Y-%m-%d", time.gmtime(86400)))


def frame_names():
    frame, names = sys._getframe(), []
    while frame:
        names.append(frame.f_code.co_name)
        frame = frame.f_back
    return names


def caller():
    return frame_names()


print(caller(), sys._getframe().f_lineno, sys._getframe(0).f_globals is globals())


def local_names():
    x, y = 1, 2
    return locals(), sys._getframe().f_locals["x"]


print(local_names())
sys.stderr.write("")
print(sys.exc_info(), sys.is_finalizing(), sys.implementation.name in ("cpython", "ungil", "pypy"), sys.platform, hasattr(sys, "_is_gil_enabled"))
