"""The lab's traffic: `traffic.py serve ADDRESS` and `traffic.py call ADDRESS FIRST-CLIENT-PORT HTTP-PORT`.

Blocking sockets and one system call for each message, so that a trace of the process reads like the exchange. Every
conversation has ports of its own, by which a recording is read:
  8080  HTTP, answered on a connection that stays open     8053  UDP, one answer for one request
  8081  reads a request and resets the connection          8089  nobody listens
"""
import signal
import socket
import struct
import sys
import threading

FAMILY = {True: socket.AF_INET6, False: socket.AF_INET}
BODY = b'{"pad":"' + b"x" * 600 + b'"}\n'
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(BODY) + BODY
LARGE = b"y" * 40_000


def listen(address, port):
    server = socket.socket(FAMILY[":" in address], socket.SOCK_STREAM)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind((address, port))
    server.listen(16)
    return server


def answer(connection):
    while True:
        request = connection.recv(4096)
        if not request:
            break
        connection.sendall(ANSWER + LARGE if b"/large" in request else ANSWER)
    connection.close()


def reset(connection):
    connection.recv(4096)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def accept_all(server, handle):
    while True:
        connection, _ = server.accept()
        threading.Thread(target=handle, args=(connection,), daemon=True).start()


def serve(address):
    for port, handle in ((8080, answer), (8081, reset)):
        threading.Thread(target=accept_all, args=(listen(address, port), handle), daemon=True).start()
    udp = socket.socket(FAMILY[":" in address], socket.SOCK_DGRAM)
    udp.bind((address, 8053))
    print("ready", flush=True)
    while True:
        question, peer = udp.recvfrom(4096)
        udp.sendto(b"answer to " + question, peer)


def source(address):
    """The address that the system chooses towards another: a trace shows what a socket was bound to, not what it got."""
    with socket.socket(FAMILY[":" in address], socket.SOCK_DGRAM) as probe:
        probe.connect((address, 9))
        return probe.getsockname()[0]


def connect(address, port, local, kind=socket.SOCK_STREAM):
    client = socket.socket(FAMILY[":" in address], kind)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    client.bind((source(address), local))
    client.connect((address, port))
    client.settimeout(20)
    return client


def request(client, path):
    client.sendall(b"GET %s HTTP/1.1\r\nHost: lab\r\n\r\n" % path)
    want = len(ANSWER) + (len(LARGE) if path == b"/large" else 0)
    while want > 0:
        piece = client.recv(65_536)
        if not piece:
            raise SystemExit("the server closed the connection too early")
        want -= len(piece)


def call(address, local, port):
    """`port` is that of the HTTP server as the client sees it: another one behind a Service."""
    keep_alive = connect(address, port, local)
    request(keep_alive, b"/first")
    request(keep_alive, b"/second")
    keep_alive.close()
    for at in (1, 2):
        short = connect(address, port, local + at)
        request(short, b"/short")
        short.close()
    large = connect(address, port, local + 3)
    request(large, b"/large")
    large.close()
    udp = connect(address, 8053, local + 4, socket.SOCK_DGRAM)
    udp.send(b"question")
    udp.recv(4096)
    udp.close()
    try:
        connect(address, 8089, local + 5)
        raise SystemExit("port 8089 was meant to be closed")
    except ConnectionRefusedError:
        pass
    broken = connect(address, 8081, local + 6)
    broken.sendall(b"reset me\n")
    try:
        broken.recv(4096)
        raise SystemExit("the connection was meant to be reset")
    except ConnectionResetError:
        pass
    idle = connect(address, port, local + 7)
    request(idle, b"/idle")
    print("done", flush=True)
    # The connection stays open and silent until the recording has ended.
    signal.pause()


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(sys.argv[2])
    else:
        call(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
