"""Sockets in pairs and over the loopback, time limits, and what waits for them."""
import select
import selectors
import socket
import threading

left, right = socket.socketpair()
print(left.family.name, left.type.name, left.getblocking(), left.gettimeout())
left.sendall(b'hello')
print(right.recv(3), right.recv(10))
print(select.select([right], [left], [], 0) == ([], [left], []))
for waiter in (selectors.SelectSelector, selectors.PollSelector, selectors.EpollSelector):
    with waiter() as selector:
        selector.register(right, selectors.EVENT_READ, 'data')
        empty = selector.select(0)
        left.send(b'x')
        print(waiter.__name__, empty, [(key.data, events) for key, events in selector.select(1)], right.recv(1))
right.settimeout(0.01)
try:
    right.recv(1)
except TimeoutError as error:
    print(error, isinstance(error, socket.timeout))
right.setblocking(False)
try:
    right.recv(1)
except BlockingIOError as error:
    print(error)
target = bytearray(4)
left.send(b'abcdef')
print(right.recv_into(target), target, right.recv(9))
left.close()
print(right.recv(1), left.fileno(), right.fileno() >= 0)
right.close()
try:
    right.send(b'x')
except OSError as error:
    print(error)

with socket.create_server(('127.0.0.1', 0)) as server:
    def serve():
        connection, address = server.accept()
        with connection, connection.makefile('rwb') as stream:
            stream.write(stream.readline().upper())
    thread = threading.Thread(target=serve)
    thread.start()
    with socket.create_connection(server.getsockname()) as client:
        client.sendall(b'over the net\n')
        print(client.makefile().readline(), client.getpeername() == server.getsockname())
    thread.join()
    port = server.getsockname()[1]
with socket.socket() as refused:
    print(refused.connect_ex(('127.0.0.1', port)) != 0, refused.getsockopt(socket.SOL_SOCKET, socket.SO_TYPE) == socket.SOCK_STREAM)
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as a, socket.socket(type=socket.SOCK_DGRAM) as b:
    b.bind(('127.0.0.1', 0))
    a.sendto(b'datagram', b.getsockname())
    print(b.recvfrom(100)[0])
print(socket.inet_ntoa(socket.inet_aton('127.1')), socket.inet_pton(socket.AF_INET6, '::1'), socket.htons(1), socket.ntohl(1))
print(socket.getaddrinfo('127.0.0.1', 80, type=socket.SOCK_STREAM))
try:
    socket.getaddrinfo('no.such.host.invalid', 80)
except socket.gaierror as error:
    print(isinstance(error, OSError))
