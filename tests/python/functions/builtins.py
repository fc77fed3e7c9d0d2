"""Built-in functions."""
print(list(map(lambda x, y: x + y, [1, 2], [3, 4, 5])), list(filter(None, [0, 1, "", 2])), list(zip([1, 2], "ab", strict=True)), list(enumerate("ab", 1)))
print(all([1, 0]), any([0, 1]), sorted([3, 1, 2], key=lambda v: -v), list(reversed([1, 2])), sum([1, 2.5]), round(2.567, 1), chr(97), ord("a"))
print(isinstance(1, (str, int)), issubclass(bool, int), type(1).__name__, callable(len), repr("a"), ascii("é"), hash("a") == hash("a"), id(1) == id(1))
print(getattr(1, "real"), getattr(1, "zzz", "default"), hasattr(1, "imag"), dir(type("T", (), {"x": 1}))[-1])
print(eval("1 + 2"), eval("x + y", {"x": 1}, {"y": 2}), iter([1]).__next__(), next(iter([]), "end"))
namespace = {}
exec("a = 1\ndef f(): return a + 1\nb = f()", namespace)
print(namespace["a"], namespace["b"], sorted(k for k in namespace if not k.startswith("__")))
print(list(iter(lambda state=[0]: state.append(0) or len(state), 4)), format(3.14159, ".2f"), print("inner", end="!\n", sep="-"), bool([]), int("5"), str(5), float("1.5"))
print("a", "b", sep="", end="\n"), print(), print(*range(3), sep=", ")
try:
    list(zip([1], [1, 2], strict=True))
except ValueError as error:
    print(error)
for call in ("len(5)", "iter(5)", "next(5)", "sum(['a'])", "sorted([1, 'a'])", "max([])", "chr(-1)", "isinstance(1, 1)", "getattr(1, 'zzz')", "eval('1 +')", "abs('a')", "int([])", "open('/nonexistent/file')"):
    try:
        print(eval(call))
    except Exception as error:
        print(call, "->", type(error).__name__, error)
