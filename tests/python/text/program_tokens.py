"""A program over text: a tokenizer and a recursive-descent calculator with error messages, run-length coding, Caesar's cipher."""


class ParseError(Exception):
    pass


def tokens(source):
    i = 0
    while i < len(source):
        ch = source[i]
        if ch.isspace():
            i += 1
        elif ch.isdigit() or ch == ".":
            start = i
            while i < len(source) and (source[i].isdigit() or source[i] == "."):
                i += 1
            text = source[start:i]
            yield "number", float(text) if "." in text else int(text)
        elif ch in "+-*/()^":
            yield "op", ch
            i += 1
        elif ch.isidentifier():
            start = i
            while i < len(source) and source[start : i + 1].isidentifier():
                i += 1
            yield "name", source[start:i]
        else:
            raise ParseError(f"bad character {ch!r} at {i}")
    yield "end", None


class Parser:
    def __init__(self, source, names=()):
        self.tokens, self.names = tokens(source), dict(names)
        self.advance()

    def advance(self):
        self.kind, self.value = next(self.tokens)

    def accept(self, *ops):
        if self.kind == "op" and self.value in ops:
            op = self.value
            self.advance()
            return op

    def sum(self):
        left = self.product()
        while op := self.accept("+", "-"):
            right = self.product()
            left = left + right if op == "+" else left - right
        return left

    def product(self):
        left = self.power()
        while op := self.accept("*", "/"):
            right = self.power()
            left = left * right if op == "*" else left / right
        return left

    def power(self):
        if self.accept("-"):
            return -self.power()
        base = self.atom()
        return base ** self.power() if self.accept("^") else base

    def atom(self):
        if self.accept("("):
            value = self.sum()
            if not self.accept(")"):
                raise ParseError(f"expected ) before {self.value}")
            return value
        if self.kind == "number":
            value = self.value
        elif self.kind == "name" and self.value in self.names:
            value = self.names[self.value]
        else:
            raise ParseError(f"unexpected {self.kind} {self.value}")
        self.advance()
        return value

    def parse(self):
        value = self.sum()
        if self.kind != "end":
            raise ParseError(f"left over: {self.value}")
        return value


for source in ("1 + 2*3", "2^3^2", "-(4 - 6) * 2.5", "x * x - y", "1 /", "(1", "1 2", "q", "3 $ 4", "10/4", "1/0"):
    try:
        print(source, "=", Parser(source, {"x": 5, "y": 1}).parse())
    except (ParseError, ZeroDivisionError) as error:
        print(source, "!", error)


def pack(text):
    out, previous, n = [], None, 0
    for ch in [*text, None]:
        if ch == previous:
            n += 1
        else:
            if previous is not None:
                out.append(f"{n}{previous}" if n > 1 else previous)
            previous, n = ch, 1
    return "".join(out)


def caesar(text, shift):
    return "".join(chr((ord(c) - 97 + shift) % 26 + 97) if c.islower() else c for c in text)


print(pack("aaabccd"), pack(""), caesar("hello, world", 3), caesar(caesar("round trip", 5), -5))
