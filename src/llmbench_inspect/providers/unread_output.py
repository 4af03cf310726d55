"""What a model wrote where llama-server could read no tool call: only the log of the server has it."""

from __future__ import annotations

import re
import threading
from pathlib import Path
from typing import Final

_MOST_BYTES: Final = 4 << 20
_ENTRY: Final = re.compile(
    rb"^\S+ W [^\n]*?\bunparsed \S+ output: (.*?)(?=^\d+\.\d+\.\d+\.\d+ [A-Z] |\Z)", re.DOTALL | re.MULTILINE
)


class UnreadOutput:
    """The outputs of that kind in a server's log.

    Args:
        log: Where the server writes.
    """

    def __init__(self, log: Path) -> None:
        self._log = log
        self._taken = 0
        self._lock = threading.Lock()

    def take(self) -> str:
        """The one output that came since the last call; empty when several did, whose is not told."""
        with self._lock, self._log.open("rb") as file:
            file.seek(self._taken)
            written = file.read()
            self._taken += len(written)
        found = _ENTRY.findall(written[-_MOST_BYTES:])
        return found[0].decode(errors="replace").rstrip() if len(found) == 1 else ""
