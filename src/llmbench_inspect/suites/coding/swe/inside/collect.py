"""Prints the text files of the working folder as JSON, whatever else lies there.

Links, devices, pipes, binary files and names that are no text are left out. Too much ends it with a
message and status 3.
"""

from __future__ import annotations

import json
import os
import stat
import sys
from pathlib import Path

MOST_FILES = 500
MOST_BYTES = 1 << 20
LEFT_OUT = {"__pycache__", ".git"}
"""Names of folders."""
_TOO_MUCH = 3


def collect(root: str) -> dict[str, str]:
    """The text of each file below a folder, by its path there."""
    texts: dict[str, str] = {}
    size = 0
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(set(folders) - LEFT_OUT)
        for name in sorted(names):
            path = Path(folder, name)
            content = _content(path)
            if content is None or not _is_text(str(path)):
                continue
            size += len(content)
            if size > MOST_BYTES or len(texts) == MOST_FILES:
                sys.stderr.write(f"more than {MOST_FILES} files or {MOST_BYTES >> 20} MiB\n")
                raise SystemExit(_TOO_MUCH)
            texts[path.relative_to(root).as_posix()] = content
    return texts


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _content(path: Path) -> str | None:
    try:
        file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    with os.fdopen(file, "rb") as stream:
        if not stat.S_ISREG(os.fstat(file).st_mode):
            return None
        try:
            return stream.read(MOST_BYTES + 1).decode().replace("\r\n", "\n")
        except UnicodeDecodeError:
            return None


if __name__ == "__main__":
    json.dump(collect("."), sys.stdout)
