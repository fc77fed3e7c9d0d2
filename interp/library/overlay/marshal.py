"""Values to bytes and back, in the format of CPython's marshal, version 2.

Numbers, strings, None and the like, and containers of them. There are no code objects in this format: bytecode is not the
same everywhere, and is never stored here.
"""

import struct

version = 2

_SINGLETONS = {None: b'N', True: b'T', False: b'F', Ellipsis: b'.', StopIteration: b'S'}
_SINGLETONS_BACK = {code: value for value, code in _SINGLETONS.items()}
_SEQUENCES = {tuple: b'(', list: b'[', set: b'<', frozenset: b'>'}
_SEQUENCES_BACK = {code: kind for kind, code in _SEQUENCES.items()}
_DIGIT_BITS = 15


def _size(count):
    return struct.pack('<i', count)


def _dump(value, write):
    kind = type(value)
    if kind in (bool, type(None), type(Ellipsis)) or value is StopIteration:
        write(_SINGLETONS[value])
    elif kind is int:
        if -0x80000000 <= value <= 0x7fffffff:
            write(b'i' + struct.pack('<i', value))
            return
        digits = []
        rest = abs(value)
        while rest:
            digits.append(rest & (1 << _DIGIT_BITS) - 1)
            rest >>= _DIGIT_BITS
        write(b'l' + _size(len(digits) if value > 0 else -len(digits)))
        write(b''.join(struct.pack('<H', digit) for digit in digits))
    elif kind is float:
        write(b'g' + struct.pack('<d', value))
    elif kind is complex:
        write(b'y' + struct.pack('<dd', value.real, value.imag))
    elif kind is str:
        encoded = value.encode('utf-8', 'surrogatepass')
        write(b'u' + _size(len(encoded)) + encoded)
    elif kind in (bytes, bytearray, memoryview):
        content = bytes(value)
        write(b's' + _size(len(content)) + content)
    elif kind in _SEQUENCES:
        write(_SEQUENCES[kind] + _size(len(value)))
        for item in value:
            _dump(item, write)
    elif kind is dict:
        write(b'{')
        for key, item in value.items():
            _dump(key, write)
            _dump(item, write)
        write(b'0')
    else:
        raise ValueError('unmarshallable object')


def dumps(value, version=version, /, *, allow_code=True):
    parts = []
    _dump(value, parts.append)
    return b''.join(parts)


def dump(value, file, version=version, /, *, allow_code=True):
    file.write(dumps(value, version))


class _End(Exception):
    """A dict has no more entries."""


def _load(read):
    code = bytes([read(1)[0] & 0x7f])
    if code in _SINGLETONS_BACK:
        return _SINGLETONS_BACK[code]
    if code == b'0':
        raise _End
    if code == b'i':
        return struct.unpack('<i', read(4))[0]
    if code == b'g':
        return struct.unpack('<d', read(8))[0]
    if code == b'y':
        return complex(*struct.unpack('<dd', read(16)))
    if code == b'{':
        loaded = {}
        while True:
            try:
                key = _load(read)
            except _End:
                return loaded
            loaded[key] = _load(read)
    if code not in b'lus([<>':
        raise ValueError('bad marshal data (unknown type code)')
    count = struct.unpack('<i', read(4))[0]
    if code == b'l':
        value = 0
        for digit in reversed(struct.unpack(f'<{abs(count)}H', read(2 * abs(count)))):
            value = value << _DIGIT_BITS | digit
        return value if count > 0 else -value
    if code == b'u':
        return read(count).decode('utf-8', 'surrogatepass')
    if code == b's':
        return read(count)
    return _SEQUENCES_BACK[code](_load(read) for _ in range(count))


def loads(data, /, *, allow_code=True):
    data = bytes(data)
    position = 0

    def read(count):
        nonlocal position
        piece = data[position:position + count]
        if len(piece) < count:
            raise EOFError('marshal data too short')
        position += count
        return piece

    return _load(read)


def load(file, /, *, allow_code=True):
    def read(count):
        piece = file.read(count)
        if len(piece) < count:
            raise EOFError('EOF read where not expected')
        return piece

    return _load(read)
