"""When finalizers run: rebinding, del, leaving a scope, containers, exceptions, temporaries."""


class Loud:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("del", self.name)

    def method(self):
        return self.name


x = Loud("first")
x = Loud("second")
print("rebound")
y = x
del x
print("one name left")
y = None
print("none left")
Loud("temporary")
print(Loud("argument").method())
print("after argument")


def scope():
    a = Loud("local")
    print("in scope")
    return "returned"


print(scope())
items = [Loud("item0"), Loud("item1")]
items[0] = None
print("overwritten")
items.clear()
print("cleared")
d = {"k": Loud("value")}
d["k"] = 1
del d


def raises():
    local = Loud("held by the traceback")
    raise ValueError


try:
    raises()
except ValueError as error:
    print("handling")
print("handled")
for loop in (Loud("loop1"), Loud("loop2")):
    print("body")
del loop
print("loop over")


class Owner:
    def __init__(self):
        self.part = Loud("part")

    def __del__(self):
        print("owner first")


o = Owner()
o = None
print("owner gone")
t = (Loud("in tuple"),)
(u,) = t
del t
print("unpacked")
del u
f = lambda held=Loud("default"): held
del f
print("function gone")


def generator():
    held = Loud("held by the generator")
    yield


g = generator()
next(g)
del g
print("generator gone")


def swap(a):
    a = None
    print("parameter rebound")


swap(Loud("parameter"))
n = [Loud("popped")]
n.pop()
print("popped")
