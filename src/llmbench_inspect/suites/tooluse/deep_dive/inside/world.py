"""What a sample finds running: processes of given names and open ports, as a JSON file of the sandbox says.

Returns when all of it runs; it then stays until the sandbox ends.
"""

from __future__ import annotations

import json
import os
import selectors
import signal
import socket
import sys
from typing import NoReturn


def main() -> NoReturn:
    """Start what the file named on the command line asks for."""
    with open(sys.argv[1], encoding="utf-8") as file:
        wanted = json.load(file)
    ready, telling = os.pipe()
    if os.fork():
        os.close(telling)
        os._exit(0 if os.read(ready, 1) else 1)
    os.close(ready)
    os.setsid()
    # Whoever started this waits for the end of its output.
    null = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(null, stream)
    for name, count in wanted["processes"].items():
        for _ in range(count):
            start(name, telling)
    sockets = [socket.create_server(("127.0.0.1", port), backlog=64) for port in wanted["ports"]]
    rename("world")
    os.write(telling, b".")
    os.close(telling)
    serve(sockets)


def start(name: str, telling: int) -> None:
    """Start one process; returns when it has its name."""
    named, naming = os.pipe()
    if not os.fork():
        os.close(telling)
        rename(name)
        os.close(naming)
        wait()
    os.close(naming)
    os.read(named, 1)
    os.close(named)


def rename(name: str) -> None:
    """Give this process the name that /proc shows."""
    with open("/proc/self/comm", "w", encoding="ascii") as file:
        file.write(name)


def serve(sockets: list[socket.socket]) -> NoReturn:
    """Accept connections and close them."""
    waiting = selectors.DefaultSelector()
    for listening in sockets:
        waiting.register(listening, selectors.EVENT_READ, listening)
    while sockets:
        for key, _ in waiting.select():
            connection, _ = key.data.accept()
            connection.close()
    wait()


def wait() -> NoReturn:
    """Stay until a signal ends this."""
    while True:
        signal.pause()


if __name__ == "__main__":
    main()
