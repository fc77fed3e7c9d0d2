"""sys.exit with a message: text on standard error, status 1; finally and atexit run."""
import atexit
import sys

atexit.register(print, "atexit ran")
try:
    sys.exit("message for standard error")
finally:
    print("finally ran")
