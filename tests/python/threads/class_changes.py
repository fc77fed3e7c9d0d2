"""Classes that one thread changes while others use them: whoever was told of a change sees it."""
import threading

N = 1500


class Base:
    value = 0
    boxed = [0]
    made = staticmethod(lambda: 0)

    def method(self):
        return 0

    def behind(self):
        return 0


class Middle(Base):
    pass


class Leaf(Middle):
    def behind(self):
        return super().behind()


class Constructed:
    def __init__(self):
        self.born = 0


def change(i):
    def method(self):
        return i

    def __init__(self):
        self.born = i

    Base.value = i
    Base.boxed = [i]
    Base.method = method
    Base.behind = method
    Base.made = staticmethod(lambda: i)
    Constructed.__init__ = __init__


told = [0]
late = []


def look():
    leaf, middle = Leaf(), Middle()
    last = 0
    while last < N:
        last = told[0]
        seen = (
            leaf.value,
            Leaf.value,
            middle.boxed[0],
            Middle.boxed[0],
            leaf.method(),
            middle.behind(),
            leaf.behind(),
            leaf.made(),
            Leaf.made(),
            Constructed().born,
        )
        if min(seen) < last:
            late.append((last, seen))


readers = [threading.Thread(target=look) for _ in range(3)]
[reader.start() for reader in readers]
for i in range(1, N + 1):
    change(i)
    told[0] = i
[reader.join() for reader in readers]
print(late[:3])


# Attributes that a dictionary takes over while they are set: none is lost.
class A:
    pass


class B(A):
    pass


class C(A):
    pass


def store(instance, value):
    instance.x = value


def materialise():
    for _ in range(100):
        barrier.wait()
        for instance in instances:
            instance.__dict__
        barrier.wait()


barrier = threading.Barrier(2)
instances = []
other = threading.Thread(target=materialise)
other.start()
lost = 0
for _ in range(100):
    instances = [kind() for kind in (A, B, C) * 60]
    for instance in instances:
        instance.x = 0
    barrier.wait()
    for instance in instances:
        store(instance, 1)
        store(instance, 2)
    barrier.wait()
    lost += sum(instance.x != 2 or len(instance.__dict__) != 1 for instance in instances)
other.join()
print(lost)
