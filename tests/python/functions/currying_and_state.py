"""A small program in the functional style: memoised, composed and curried functions over shared state."""


def compose(*functions):
    def composed(value):
        for function in reversed(functions):
            value = function(value)
        return value

    return composed


def curry(function, arity):
    def collect(*held):
        return function(*held) if len(held) >= arity else lambda *more: collect(*held, *more)

    return collect


def memoise(function):
    cache = {}

    def wrapper(*key):
        if key not in cache:
            cache[key] = function(*key)
        return cache[key]

    wrapper.cache = cache
    return wrapper


@memoise
def paths(rows, columns):
    return 1 if 0 in (rows, columns) else paths(rows - 1, columns) + paths(rows, columns - 1)


print(compose(str, lambda x: x + 1, abs)(-41), curry(lambda a, b, c: (a, b, c), 3)(1)(2, 3), paths(16, 16), len(paths.cache))


def machine():
    state, history = "idle", []
    table = {("idle", "start"): "running", ("running", "pause"): "paused", ("paused", "start"): "running", ("running", "stop"): "idle"}

    def step(event):
        nonlocal state
        history.append((state, event))
        state = table.get((state, event), state)
        return state

    step.history = history
    return step


step = machine()
print([step(e) for e in ("pause", "start", "pause", "start", "stop")], step.history[0], len(step.history))


def church(n):
    return lambda f: lambda x: x if n == 0 else f(church(n - 1)(f)(x))


def plus(a, b):
    return lambda f: lambda x: a(f)(b(f)(x))


print(plus(church(3), church(4))(lambda v: v + 1)(0), (lambda *fs: [f(2) for f in fs])(lambda x: x**2, lambda x: -x))
