"""Messages between the judge's process and the candidate's: JSON after its length, over two pipes."""

from __future__ import annotations

import json
import os
from typing import Any

_LONGEST = 64 * 1024 * 1024


class Pipes:
    """One end of the connection.

    Args:
        reading: File descriptor that messages arrive on.
        writing: File descriptor that messages leave by.
    """

    def __init__(self, reading: int, writing: int) -> None:
        self.reading = reading
        self.writing = writing

    def send(self, message: Any) -> None:
        """Send a message.

        Raises:
            OSError: When the other end is gone.
        """
        text = json.dumps(message).encode()
        left = memoryview(len(text).to_bytes(8, "big") + text)
        while left:
            left = left[os.write(self.writing, left) :]

    def receive(self) -> Any:
        """Wait for a message.

        Raises:
            EOFError: When the other end is gone.
            ValueError: When this is no message, or one that is too long.
        """
        length = int.from_bytes(self._read(8), "big")
        if length > _LONGEST:
            raise ValueError("message too long")
        return json.loads(self._read(length))

    def _read(self, length: int) -> bytes:
        parts: list[bytes] = []
        while length:
            part = os.read(self.reading, min(length, 1 << 20))
            if not part:
                raise EOFError
            parts.append(part)
            length -= len(part)
        return b"".join(parts)
