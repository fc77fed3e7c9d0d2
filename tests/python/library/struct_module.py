"""Packing values: sizes, alignment, ranges, strings, floats, offsets."""
import struct


def show(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(type(error).__name__, error)


pack, unpack = struct.pack, struct.unpack
print([struct.calcsize(each) for each in ('<b', 'q', '3s', '5p', '@bhiq', '=bhiq', '2i3f', 'n', 'i0q', 'b i', '1F', '<D')])
for wrong in ('<n', 'z', '3', '<P', '9223372036854775807q'):
    show(lambda: struct.calcsize(wrong))
for letter, value in (('b', 200), ('B', -1), ('h', 70000), ('I', -1), ('q', 2**63), ('<Q', 2**64), ('<L', 2**32), ('i', 'a'), ('f', 'a')):
    show(lambda: pack(letter, value))
show(lambda: pack('>bhxxI2sd?', 1, 2, 3, b'ab', 1.5, []))
show(lambda: [pack(order + 'h', 5) for order in '<>!=@'])
show(lambda: (pack('3s', b'abcd'), pack('3s', b'a'), pack('4p', b'abcd'), unpack('4p', b'\x05abc'), unpack('?b', b'\x02\xff')))
show(lambda: (pack('c', b'ab')))
show(lambda: pack('f', 1e300))
show(lambda: (pack('<e', 65519.9), pack('<e', 6e-8), unpack('<e', b'\x01\x00'), unpack('<e', b'\x00\x7e')))
show(lambda: unpack('<F', pack('<F', 1 + 2j)))
show(lambda: pack('i'))
show(lambda: unpack('<i', b'abcde'))
for offset in (2, 5, -2, -1, -9):
    show(lambda: struct.unpack_from('<h', b'abcdef', offset))
target = bytearray(8)
for offset in (2, 7, -1, -9):
    show(lambda: struct.pack_into('<h', target, offset, 0x4142))
show(lambda: struct.pack_into('<h', b'ab', 0, 1))
print(target, list(struct.iter_unpack('<h', b'abcd')))
show(lambda: struct.iter_unpack('<h', b'abc'))
record = struct.Struct('<hI')
print(record, record.format, record.size, record.pack(1, 2), record.unpack(b'\1\0\2\0\0\0'), record.unpack_from(b'abcdefgh', 1))


class Seven:
    def __index__(self):
        return 7


print(pack('b', Seven()), pack('f', Seven()), struct.error.__mro__)
