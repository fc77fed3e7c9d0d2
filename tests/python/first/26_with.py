class Manager:
    def __enter__(self):
        print("enter")
        return 5

    def __exit__(self, kind, value, trace):
        print("exit", kind is None)
        return True


with Manager() as m:
    print(m)
with Manager():
    raise ValueError
print("after")
