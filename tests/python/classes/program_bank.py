"""A program: accounts with validation, history, iteration, context managers and exceptions of their own."""


class BankError(Exception):
    """Anything the bank refuses."""


class Insufficient(BankError):
    def __init__(self, wanted, balance):
        super().__init__(f"wanted {wanted}, have {balance}")
        self.missing = wanted - balance


class Positive:
    def __set_name__(self, owner, name):
        self.name = f"_{name}"

    def __get__(self, instance, owner):
        return self if instance is None else getattr(instance, self.name)

    def __set__(self, instance, value):
        if value < 0:
            raise BankError(f"{self.name[1:]} cannot be negative")
        setattr(instance, self.name, value)


class Account:
    balance = Positive()
    rate = 0

    def __init__(self, owner, balance=0):
        self.owner, self.balance, self.history = owner, balance, []

    def __iadd__(self, amount):
        self.balance += amount
        self.history.append(amount)
        return self

    def __isub__(self, amount):
        if amount > self.balance:
            raise Insufficient(amount, self.balance)
        self.balance -= amount
        self.history.append(-amount)
        return self

    def __iter__(self):
        yield from self.history

    def __str__(self):
        return f"{self.owner:<6}{self.balance:>8.2f}"


class Savings(Account):
    rate = 0.1

    def interest(self):
        self += self.balance * self.rate


class Transaction:
    def __init__(self, *accounts):
        self.accounts = accounts

    def __enter__(self):
        self.saved = [(a.balance, list(a.history)) for a in self.accounts]
        return self

    def __exit__(self, kind, error, trace):
        if kind is None:
            return
        for account, (balance, history) in zip(self.accounts, self.saved):
            account.balance, account.history = balance, history
        print("rolled back:", error)
        return issubclass(kind, BankError)


class Bank:
    def __init__(self):
        self.accounts = {}

    def open(self, kind, owner, *args):
        self.accounts[owner] = account = kind(owner, *args)
        return account

    def transfer(self, source, target, amount):
        with Transaction(self.accounts[source], self.accounts[target]):
            self.accounts[target] += amount
            self.accounts[source] -= amount

    def __getitem__(self, owner):
        return self.accounts[owner]

    def __len__(self):
        return len(self.accounts)


bank = Bank()
ann, bob = bank.open(Savings, "ann", 100), bank.open(Account, "bob")
bank.transfer("ann", "bob", 30)
bank.transfer("bob", "ann", 500)
ann.interest()
print(ann, bob, list(ann), list(bob), len(bank), sep="\n")
for bad in (lambda: bank.transfer("ann", "zed", 1), lambda: Account("x", -5), lambda: bank["ann"].__isub__(1000)):
    try:
        bad()
    except (BankError, KeyError) as error:
        print(type(error).__name__, error, getattr(error, "missing", None))
