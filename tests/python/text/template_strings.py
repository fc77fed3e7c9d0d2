"""Template string literals (PEP 750)."""
from string.templatelib import Interpolation, Template

name, n = "world", 3.14159
t = t"hello {name!r:>10} and {n:.2f}{name}"
print(type(t) is Template, t.strings, t.values, [(i.value, i.expression, i.conversion, i.format_spec) for i in t.interpolations])
print([part if isinstance(part, str) else f"<{part.expression}>" for part in t], (t"a" + t"b{n}").strings, t"".strings)


def render(template):
    return "".join(part if isinstance(part, str) else str(part.value).upper() for part in template)


print(render(t"{name}, {1 + 1} {'x'}"), Interpolation(5, "five").expression)
