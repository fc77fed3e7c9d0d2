import gc


class Loud:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("del", self.name)


x = Loud("a")
x = None
print("dropped")
y = Loud("b")
y.me = y
y = None
gc.collect()
print("collected")
