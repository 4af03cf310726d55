"""The engine `local`: each cell is a process on this machine."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from typing import Final

from llmbench_inspect.child_process import ChildProcess

from .messages import STOP, Begun, Job, Message, message

_LAST_WORDS: Final = 2000
"""Bytes of what a process printed that are shown when it ended without a word."""


class Local:
    """Runs cells on this machine."""

    one_machine = True

    def begin(self, job: Job) -> CellProcess:
        """Start the process of a cell."""
        return CellProcess(job)


class CellProcess:
    """The process of a cell; it ends with this one.

    Args:
        job: What it is to do.
    """

    def __init__(self, job: Job) -> None:
        self._printed = tempfile.TemporaryFile()  # noqa: SIM115 - closed with this object
        command = [sys.executable, "-m", "llmbench_inspect.sweep.cell_process"]
        self._process = ChildProcess(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._printed
        )
        self._say(job.model_dump_json())

    def messages(self) -> Iterator[Message]:
        """As `Running` says."""
        yield Begun()
        for line in self._process.popen.stdout or ():
            yield message.validate_json(line)

    def stop(self) -> None:
        """As `Running` says."""
        self._say(STOP)

    def kill(self) -> None:
        """As `Running` says."""
        self._process.kill()

    @property
    def was_killed(self) -> bool:
        """Whether a signal ended it, such as that of a kernel that lacks memory."""
        return not 0 <= self._process.popen.wait() < 128

    def last_words(self) -> str:
        """As `Running` says."""
        size = self._printed.seek(0, 2)
        self._printed.seek(max(0, size - _LAST_WORDS))
        return self._printed.read().decode(errors="replace").strip() or "its process ended without a word"

    def _say(self, line: str) -> None:
        # One that has ended is not told.
        with contextlib.suppress(BrokenPipeError):
            if (orders := self._process.popen.stdin) is not None:
                orders.write(f"{line}\n".encode())
                orders.flush()
