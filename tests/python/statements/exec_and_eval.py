"""exec, eval and compile: namespaces, modes, closures, code objects."""
code = compile("x = 1\ny = x + n", "<made>", "exec")
namespace = {"n": 5}
exec(code, namespace)
print(namespace["y"], eval(compile("n * 2", "<e>", "eval"), namespace), code.co_filename, code.co_name)


def function():
    local = 3
    exec("seen = local + 1")
    return eval("local * 2"), "seen" in locals(), eval("[local for _ in range(2)]")


print(function())
exec("def made(a, *, b=2):\n    'doc'\n    return a + b\n", namespace)
print(namespace["made"](1), namespace["made"].__doc__, namespace["made"].__globals__ is namespace)


class Recorder(dict):
    def __getitem__(self, name):
        if name in self or name.startswith("__"):
            return super().__getitem__(name)
        return f"<{name}>"


print(eval("a + b", {}, Recorder()))
exec("class K:\n    v = [i for i in range(3)]\nresult = K.v", namespace)
print(namespace["result"], eval("lambda q: q + n", namespace)(1), eval("(lambda: [n for n in range(2)])()", namespace))
exec(compile("40 + 2", "<s>", "single"))
for bad in (lambda: eval("x = 1"), lambda: eval(""), lambda: exec(5), lambda: compile("1", "f", "mode"), lambda: eval("undefined", {}), lambda: eval("1\x00")):
    try:
        bad()
    except Exception as error:
        print(type(error).__name__, str(error).split(" (")[0])
exec("print(__name__, 'in exec')")
print(eval("__builtins__") is not None, "__builtins__" in namespace, globals()["code"] is code)
