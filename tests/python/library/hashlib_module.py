"""Digests of all guaranteed functions, copies, keys and parameters."""
import hashlib
import hmac


def show(function):
    try:
        print(function())
    except Exception as error:
        print(type(error).__name__, error)


for name in ('md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512', 'sha3_224', 'sha3_256', 'sha3_384', 'sha3_512', 'blake2b', 'blake2s'):
    made = hashlib.new(name, b'abc')
    print(made.name, made.digest_size, made.block_size, made.hexdigest())
for name in ('shake_128', 'shake_256'):
    print(name, hashlib.new(name, b'abc').hexdigest(10))
first = hashlib.sha256(b'a')
second = first.copy()
second.update(b'b' * 5000)
print(first.hexdigest()[:16], second.hexdigest()[:16], len(second.digest()))
show(lambda: hashlib.blake2b(b'q', digest_size=5, key=b'k', salt=b'salt', person=b'pers').hexdigest())
show(lambda: hashlib.blake2s(b'', fanout=2, depth=2, leaf_size=4, node_offset=1, node_depth=1, inner_size=8, last_node=True).hexdigest())
show(lambda: hashlib.blake2b(digest_size=99))
show(lambda: hashlib.blake2s(salt=b'x' * 99))
show(lambda: hashlib.blake2b(fanout=256))
show(lambda: hashlib.sha256('text'))
print(hmac.new(b'key', b'message', 'sha256').hexdigest(), hmac.compare_digest('a', 'a'))
