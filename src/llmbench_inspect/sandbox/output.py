"""A request whose work writes to standard output and standard error, of which the ends are kept."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

import anyio

from llmbench_inspect.sandbox.command import DROPPED_USER
from llmbench_inspect.sandbox.jail import Jail

_CHUNK: Final = 1 << 16
_FULL_PIPE: Final = 16  # in chunks; an endless writer fills it again and again


@dataclass(frozen=True)
class Ending:
    """How a request ended, and what was written until then."""

    fields: dict[str, Any] | None
    """The answer; `None` when the process that worked on it was killed, or time was up."""
    stdout: str
    stderr: str
    expired: bool
    """Whether time was up."""


class _Output:
    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._kept = bytearray()
        self._reading, self.writing = os.pipe()
        os.set_blocking(self._reading, False)
        if os.geteuid() == 0:
            # Else a program could write to its output, but not open /dev/stdout.
            os.fchown(self.writing, DROPPED_USER, DROPPED_USER)

    def _read(self) -> bool:
        chunk = os.read(self._reading, _CHUNK)
        self._kept += chunk
        if len(self._kept) > 2 * self._limit + _CHUNK:
            del self._kept[: -self._limit]
        return bool(chunk)

    async def read(self) -> None:
        """Read until nobody can write any more."""
        while True:
            await anyio.wait_readable(self._reading)
            if not self._read():
                return

    def close(self) -> None:
        """Take what lies in the pipe and close it, whoever may still want to write."""
        with suppress(BlockingIOError):
            for _ in range(_FULL_PIPE):
                if not self._read():
                    break
        os.close(self._reading)

    def text(self) -> str:
        return bytes(self._kept[-self._limit :]).decode(errors="replace")


async def ask_for_output(
    jail: Jail,
    header: dict[str, float],
    *,
    files: Sequence[int],
    limit: int,
    seconds: float | None = None,
) -> Ending:
    """Send a request and collect its output until the answer comes; processes left behind are not waited for.

    Args:
        jail: Whom to ask.
        header: Numbers.
        files: Descriptors that go with it, before those of the two outputs. This process's copies are closed.
        limit: Bytes to keep of each output.
        seconds: After which the request is taken back.

    Raises:
        SandboxUnavailableError: When the jail has ended.
    """
    stdout, stderr = _Output(limit), _Output(limit)
    fields: dict[str, Any] | None = None
    waiting = anyio.CancelScope()
    try:
        async with (
            jail.asked(header, [*files, stdout.writing, stderr.writing]) as answer,
            anyio.create_task_group() as reading,
        ):
            reading.start_soon(stdout.read)
            reading.start_soon(stderr.read)
            if seconds is not None:
                waiting.deadline = anyio.current_time() + seconds
            with waiting:
                fields = await answer.receive()
            await answer.close()
            reading.cancel_scope.cancel()
    finally:
        stdout.close()
        stderr.close()
    return Ending(fields, stdout.text(), stderr.text(), expired=waiting.cancelled_caught)
