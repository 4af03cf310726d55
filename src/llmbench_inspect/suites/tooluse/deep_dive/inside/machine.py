"""What the machine itself says: run inside the sandbox with the name of a probe.

Reads the probe's arguments as JSON, and prints one JSON object: the reading, or what went wrong under
`error`. Needs nothing but Python and `/proc`.
"""

from __future__ import annotations

import json
import os
import pwd
import socket
import stat
import sys
import time
from collections.abc import Callable

Reading = dict[str, object]

UNITS = {"KiB": 1, "MiB": 1024, "GiB": 1024 * 1024}
MOST_FILES = 20_000
MOST_BYTES = 16 << 20
MOST_LINES = 20
LONGEST_LINE = 400
CONNECT_SECONDS = 2.0


class RefusedError(Exception):
    """The arguments cannot be served; the message says why."""


def memory(unit: str) -> Reading:
    """Total, available and used memory."""
    if unit not in UNITS:
        raise RefusedError(f"unit must be one of {', '.join(UNITS)}, not {unit!r}")
    with open("/proc/meminfo", encoding="ascii") as file:
        fields = dict(line.split(":", 1) for line in file)
    total, available = (int(fields[name].split()[0]) for name in ("MemTotal", "MemAvailable"))
    sizes = {"total": total, "available": available, "used": total - available}
    return {"unit": unit, **{name: round(size / UNITS[unit], 3) for name, size in sizes.items()}}


def disk(path: str) -> Reading:
    """Number and bytes of the files below a folder."""
    if not os.path.exists(path):
        raise RefusedError(f"{path}: no such file or folder")
    if not os.path.isdir(path):
        return {"path": path, "files": 1, "bytes": os.path.getsize(path)}
    sizes: list[int] = []
    for folder, _, names in os.walk(path):
        for name in names:
            try:
                sizes.append(os.lstat(os.path.join(folder, name)).st_size)
            except OSError:
                continue
        if len(sizes) > MOST_FILES:
            raise RefusedError(f"{path}: more than {MOST_FILES} files")
    return {"path": path, "files": len(sizes), "bytes": sum(sizes)}


def processes(name: str) -> Reading:
    """The running processes of a name."""
    pids: list[int] = []
    for entry in sorted(filter(str.isdecimal, os.listdir("/proc")), key=int):
        try:
            with open(f"/proc/{entry}/comm", encoding="utf-8", errors="replace") as file:
                if file.read().rstrip("\n") == name:
                    pids.append(int(entry))
        except OSError:
            continue
    return {"name": name, "count": len(pids), "pids": pids}


def search(path: str, text: str) -> Reading:
    """The lines of a file that hold a text."""
    if not text:
        raise RefusedError("text must not be empty")
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise RefusedError(f"{path} is no file")
            content = file.read(MOST_BYTES).decode(errors="replace")
    except (OSError, ValueError) as error:
        raise RefusedError(f"{path}: {getattr(error, 'strerror', error)}") from error
    lines = content.splitlines()
    found = [(number, line) for number, line in enumerate(lines, 1) if text in line]
    shown = [{"number": number, "line": line[:LONGEST_LINE]} for number, line in found[:MOST_LINES]]
    return {"path": path, "text": text, "matching_lines": len(found), "lines": shown}


def connect(host: str, port: int) -> Reading:
    """Whether a TCP connection to a port is accepted."""
    try:
        with socket.create_connection((host, port), CONNECT_SECONDS):
            return {"host": host, "port": port, "reachable": True}
    except (OSError, OverflowError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        return {"host": host, "port": port, "reachable": False, "reason": reason}


def uptime() -> Reading:
    """How long the machine has been up."""
    with open("/proc/uptime", encoding="ascii") as file:
        seconds = float(file.read().split()[0])
    return {"seconds": round(seconds), "hours": round(seconds / 3600, 2)}


def user() -> Reading:
    """Who runs this."""
    try:
        name = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        name = str(os.getuid())
    return {"user": name}


def date() -> Reading:
    """The date in UTC."""
    return {"date": time.strftime("%Y-%m-%d", time.gmtime()), "timezone": "UTC"}


PROBES: dict[str, Callable[..., Reading]] = {
    probe.__name__: probe for probe in (memory, disk, processes, search, connect, uptime, user, date)
}


def main() -> None:
    """Print the reading that the command line asks for."""
    try:
        reading = PROBES[sys.argv[1]](**json.load(sys.stdin))
    except RefusedError as refusal:
        reading = {"error": str(refusal)}
    print(json.dumps(reading))


if __name__ == "__main__":
    main()
