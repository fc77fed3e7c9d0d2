class Base:
    def name(self):
        return "base"

    def hello(self):
        return "hello " + self.name()


class Derived(Base):
    def name(self):
        return "derived of " + super().name()


print(Base().hello(), Derived().hello(), issubclass(Derived, Base))
