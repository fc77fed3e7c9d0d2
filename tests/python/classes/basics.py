"""Classes: instances, class attributes, methods, inheritance, isinstance, attributes made and deleted at run time."""


class Animal:
    kind = "animal"
    count = 0

    def __init__(self, name):
        self.name = name
        Animal.count += 1

    def speak(self):
        return f"{self.name} makes {self.sound()}"

    def sound(self):
        return "a sound"

    def __repr__(self):
        return f"{type(self).__name__}({self.name!r})"


class Dog(Animal):
    kind = "dog"

    def sound(self):
        return "woof"


class Puppy(Dog):
    def __init__(self, name, age):
        super().__init__(name)
        self.age = age


a, d, p = Animal("a"), Dog("rex"), Puppy("bit", 1)
print(a.speak(), d.speak(), p.speak(), Animal.count, a, [d, p], d.kind, p.kind)
print(isinstance(p, Animal), issubclass(Puppy, Dog), type(p) is Puppy, Puppy.__mro__, Puppy.__bases__, Puppy.__name__)
d.kind = "changed"
print(d.kind, Dog.kind, d.__dict__, vars(p))
del d.kind
print(d.kind, hasattr(d, "age"), getattr(p, "age"), setattr(p, "age", 2), p.age)
Dog.sound = lambda self: "WOOF"
print(d.speak(), p.speak(), Dog("late").speak())
Animal.legs = 4
print(p.legs, Dog.__dict__["kind"], "sound" in Dog.__dict__, "legs" in Dog.__dict__)
p.__class__ = Dog
print(type(p).__name__, p)
method = a.speak
a.name = "renamed"
print(method(), Animal.speak(d), Animal.speak is Animal.__dict__["speak"])
for action in (lambda: a.nothing, lambda: Animal.nothing, lambda: Animal(), lambda: delattr(a, "nothing"), lambda: setattr(1, "x", 2), lambda: setattr(int, "x", 1), lambda: a.speak(1)):
    try:
        print(action())
    except Exception as error:
        print(type(error).__name__, error)


class Empty: ...


e = Empty()
for i in range(40):
    setattr(e, f"field{i}", i)
for i in range(0, 40, 2):
    delattr(e, f"field{i}")
print(len(e.__dict__), e.field39, hasattr(e, "field38"), list(e.__dict__)[:3])
e.__dict__["direct"] = 1
e.__dict__ = {"replaced": 2, **{"direct": e.direct}}
print(e.replaced, e.direct, hasattr(e, "field1"))
