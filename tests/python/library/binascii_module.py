"""Hexadecimal digits, base64, uuencoding, quoted-printable text and checksums."""
import base64
import binascii


def show(function, *args, **keywords):
    try:
        print(repr(function(*args, **keywords)))
    except Exception as error:
        print(type(error).__name__, error)


show(binascii.hexlify, b'abcde', '-', 2)
show(binascii.hexlify, b'abcde', b':', -2)
show(binascii.hexlify, b'abc', 'ab')
for digits in ('616', '6162', b'61 2', '6é', 1):
    show(binascii.unhexlify, digits)
for data in (b'', b'YQ==', b'YWI=', b'YWJj', b'Y W\nI=', b'YQ=', b'Y', b'YWJjZ', b'=YWJj', b'YQ==YQ==', b'YW=Jj', b'YWI==', b'YWJj=', b'!!!!', 'é', b'Y==='):
    show(binascii.a2b_base64, data)
    show(binascii.a2b_base64, data, strict_mode=True)
show(binascii.b2a_base64, b'abcd', newline=False)
print(binascii.crc32(b'hello'), binascii.crc32(b'lo', binascii.crc32(b'hel')), binascii.crc_hqx(b'hello', 0x1234), binascii.crc32(b'a', -1))
show(binascii.b2a_uu, b'hello world')
show(binascii.b2a_uu, b'\0\0', backtick=True)
show(binascii.b2a_uu, b'x' * 46)
for line in (b'+:&5L;&\\@=V]R;&0 \n', b'', b'#86)Cxx', b'#86'):
    show(binascii.a2b_uu, line)
show(binascii.b2a_qp, b'hello = \xe9 world\t\n \n.\n')
show(binascii.b2a_qp, b'a_b c', header=True)
for length in (74, 75, 76, 77):
    show(binascii.b2a_qp, b'x' * length + b' \ny')
show(binascii.a2b_qp, b'a=3D=\nb=xx=E9')
print(base64.b64encode(b'\xff\xfe'), base64.urlsafe_b64encode(b'\xff\xfe'), base64.b32encode(b'abc'), base64.b85encode(b'abcd'), base64.b16decode('AB'))
