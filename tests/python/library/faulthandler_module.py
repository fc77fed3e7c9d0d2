"""The stack on demand, and whether the handler is enabled."""
import faulthandler
import os
import tempfile

with tempfile.TemporaryFile('w+') as file:
    def inner():
        faulthandler.dump_traceback(file, all_threads=False)

    def outer():
        inner()

    outer()
    file.seek(0)
    print(file.read().replace(os.path.dirname(__file__) + os.sep, '').replace(__file__, os.path.basename(__file__)))
print(faulthandler.is_enabled())
with open(os.devnull, 'w') as sink:
    faulthandler.enable(sink)
    print(faulthandler.is_enabled())
    print(faulthandler.disable(), faulthandler.disable(), faulthandler.is_enabled())
for wrong in (3.5, -1):
    try:
        faulthandler.enable(wrong)
    except Exception as error:
        print(type(error).__name__, error)
