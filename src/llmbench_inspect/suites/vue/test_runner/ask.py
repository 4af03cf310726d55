"""Passes a request from standard input to the test server, and its answer to standard output."""

import socket
import sys
import time

_SECONDS = 30

deadline = time.monotonic() + _SECONDS
server = socket.socket(socket.AF_UNIX)
while True:
    try:
        server.connect(sys.argv[1])
        break
    except OSError:
        if time.monotonic() > deadline:
            raise
        time.sleep(0.02)
server.sendall(sys.stdin.buffer.read())
server.shutdown(socket.SHUT_WR)
while chunk := server.recv(1 << 16):
    sys.stdout.buffer.write(chunk)
