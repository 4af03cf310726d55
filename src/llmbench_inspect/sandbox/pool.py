"""Warm Python for judging programs: each in a fresh process behind a fence of its own."""

from __future__ import annotations

import functools
import os
import threading
from dataclasses import dataclass
from typing import Final

import anyio
from inspect_ai.util import SandboxUnavailableError

from llmbench_inspect.sandbox.jail import Jail, file_with
from llmbench_inspect.sandbox.output import ask_for_output

_MIB: Final = 1 << 20
_OUTPUT_LIMIT: Final = _MIB
_MEMORY: Final = 512 * _MIB
_SETTINGS: Final = {"disk": 64 * _MIB, "files": 10_000, "processes": 64, "cpu_seconds": 300}


@dataclass(frozen=True)
class ProgramResult:
    """How one program ended."""

    stdout: str
    """The last MiB of its standard output."""
    stderr: str
    """The last MiB of its standard error."""
    returncode: int
    """Exit status; that of a signal is negative."""
    timed_out: bool
    """Whether it was ended because its time was up."""
    out_of_memory: bool
    """Whether it was ended for, or ended itself with, lack of memory."""
    seconds: float
    """Wall time, without waiting for a free place."""
    cpu_seconds: float
    """Time on a processor, of the program and of those of its processes that it waited for."""


def _start(*, warm: bool, workers: int) -> Jail:
    return Jail(
        "programs",
        settings={**_SETTINGS, "warm": warm, "workers": workers},
        binds={},
        # One hash seed, so that a program that prints a set gets the same verdict each time.
        environment={"PYTHONHASHSEED": "0"},
        flags=["-s", "-P", "-S"],
    )


async def _run(jail: Jail, program: str, *, given: str, seconds: float, memory: int) -> ProgramResult:
    ending = await ask_for_output(
        jail,
        {"timeout": seconds, "memory": memory},
        files=[file_with(program.encode(errors="surrogatepass")), file_with(given.encode())],
        limit=_OUTPUT_LIMIT,
    )
    fields = ending.fields
    if fields is None or "errno" in fields:
        reason = os.strerror(fields["errno"]) if fields else "it was ended from outside"
        raise SandboxUnavailableError(f"A program could not run in its jail: {reason}.")
    returncode: int = fields["returncode"]
    lacks_memory = returncode == 1 and ending.stderr.rstrip().endswith("MemoryError")
    return ProgramResult(
        stdout=ending.stdout,
        stderr=ending.stderr,
        returncode=returncode,
        timed_out="timed_out" in fields,
        out_of_memory="out_of_memory" in fields or lacks_memory,
        seconds=fields["seconds"],
        cpu_seconds=fields["cpu_seconds"],
    )


class PythonPool:
    """A jail with a warm Python, of the standard library only, that runs programs, one a processor at a time.

    It starts with the first program and ends with this process. It may be used from any event loop.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._jail: Jail | None = None

    def _started(self) -> Jail:
        with self._lock:
            if self._jail is None or not self._jail.running:
                self._jail = _start(warm=True, workers=len(os.sched_getaffinity(0)))
            return self._jail

    async def run(
        self,
        program: str,
        *,
        input: str = "",  # noqa: A002
        timeout: float,  # noqa: ASYNC109
        memory: int = _MEMORY,
    ) -> ProgramResult:
        """Run a program and wait for it.

        Args:
            program: Text of a Python file.
            input: What it reads from its standard input.
            timeout: Wall time it may take, in seconds. Waiting for a free place does not count.
            memory: Bytes that it and the processes it starts may hold.

        Returns:
            How it ended.

        Raises:
            PrerequisiteError: When no jail can be started on this machine.
            SandboxUnavailableError: When the jail has ended or cannot start a process.
        """
        jail = self._jail
        if jail is None or not jail.running:
            jail = await anyio.to_thread.run_sync(self._started)
        return await _run(jail, program, given=input, seconds=timeout, memory=memory)


@functools.cache
def python_pool() -> PythonPool:
    """The pool of this process."""
    return PythonPool()


async def run_in_fresh_jail(
    program: str,
    *,
    input: str = "",  # noqa: A002
    timeout: float,  # noqa: ASYNC109
    memory: int = _MEMORY,
) -> ProgramResult:
    """Run a program like the pool, in a jail that starts and ends with it.

    Args:
        program: Text of a Python file.
        input: What it reads from its standard input.
        timeout: Wall time it may take, in seconds, without the start of the jail.
        memory: Bytes that it and the processes it starts may hold.

    Raises:
        PrerequisiteError: When no jail can be started on this machine.
        SandboxUnavailableError: When the jail has ended or cannot start a process.
    """
    jail = await anyio.to_thread.run_sync(functools.partial(_start, warm=False, workers=1))
    try:
        return await _run(jail, program, given=input, seconds=timeout, memory=memory)
    finally:
        with anyio.CancelScope(shield=True):
            await anyio.to_thread.run_sync(jail.end)
