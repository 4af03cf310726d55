"""Sets the modes of a sample's files and starts its services; prints the services' process numbers."""

from __future__ import annotations

import json
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn


def become(path: str, arguments: list[str]) -> NoReturn:
    """Be a service: a script that waits on its input, which never comes."""
    os.setsid()
    reading, writing = os.pipe()
    os.set_inheritable(writing, True)  # held by the service itself, so that its input does not end
    os.dup2(reading, 0)
    for stream in (1, 2):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream)
    os.execv(path, [path, *arguments])  # noqa: S606  # its whole purpose


def main() -> None:
    """Read what to start from the standard input, as JSON."""
    given = json.loads(sys.stdin.read())
    for path, mode in given["modes"].items():
        os.chmod(path, mode)
    pids: list[int] = []
    for path, arguments in given["services"]:
        pid = os.fork()
        if pid == 0:
            try:
                become(path, arguments)
            finally:
                os._exit(127)
        pids.append(pid)
    print(json.dumps(pids))


if __name__ == "__main__":
    main()
