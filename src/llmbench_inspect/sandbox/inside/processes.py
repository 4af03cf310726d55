"""Processes of a jail as `/proc` shows them: who descends from whom, and what they hold in memory."""

from __future__ import annotations

import os
import time

from . import kernel

TYPE_CHECKING = False  # see control.py
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Final

_PAGE: Final = os.sysconf("SC_PAGE_SIZE")
_TICKS: Final = os.sysconf("SC_CLK_TCK")
_BLOCK: Final = 1024
_PAUSE: Final = 0.002


_SIGKILL: Final = 9
_SIGSTOP: Final = 19


class Process:
    """One process at one moment.

    Args:
        pid: Its number.
        fields: Of its line in `/proc/*/stat`, from its state on.
    """

    def __init__(self, pid: int, fields: list[str]) -> None:
        self.pid = pid
        self.parent = int(fields[1])
        self.resident = int(fields[21]) * _PAGE
        """Memory in bytes, shared pages counted in full."""
        self.ended = fields[0] in {"Z", "X"}
        """Whether it only waits to be reaped."""


def processes() -> dict[int, Process]:
    """All processes of this PID namespace, by number."""
    found: dict[int, Process] = {}
    for name in os.listdir("/proc"):  # see control.py
        if name.isdecimal():
            try:
                text = kernel.read(f"/proc/{name}/stat")
            except (FileNotFoundError, ProcessLookupError):
                continue
            # A program's name may hold spaces and brackets: the last bracket ends it.
            found[int(name)] = Process(int(name), text[text.rindex(")") + 2 :].split())
    return found


def descendants(root: int, among: Mapping[int, Process]) -> list[Process]:
    """The processes below one, nearest first, without itself."""
    children: dict[int, list[Process]] = {}
    for process in among.values():
        children.setdefault(process.parent, []).append(process)
    found: list[Process] = []
    heads = [root]
    while heads:
        heads = [process.pid for head in heads for process in children.get(head, ())]
        found += [among[pid] for pid in heads]
    return found


def _memory(process: Process) -> int:
    """Bytes held, a shared page divided among those who share it."""
    try:
        lines = kernel.read(f"/proc/{process.pid}/smaps_rollup").splitlines()
    except PermissionError:  # it has forbidden to be looked at
        return process.resident
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return sum(int(line.split()[1]) * _BLOCK for line in lines if line.startswith("Pss:"))


def over_limit(group: Iterable[Process], limit: int) -> list[int]:
    """Which processes have to end for the rest to hold no more than a limit.

    Args:
        group: Processes that share the limit.
        limit: Bytes.

    Returns:
        Process numbers, the largest first; none while the limit is kept.
    """
    members = list(group)
    if sum(process.resident for process in members) <= limit:
        return []
    sizes = sorted(((_memory(process), process.pid) for process in members), reverse=True)
    total = sum(size for size, _ in sizes)
    ending: list[int] = []
    for size, pid in sizes:
        if total <= limit:
            break
        ending.append(pid)
        total -= size
    return ending


def kill(pid: int, number: int = _SIGKILL) -> None:
    """Send a signal to a process that may have ended."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass


def end_descendants() -> None:
    """End all descendants of this process and reap them; it must adopt orphans (`kernel.adopt_orphans`).

    They are stopped before they are killed: a process that multiplies would otherwise fill each freed place.
    """
    while True:
        known: set[int] = set()
        while found := [
            process
            for process in descendants(os.getpid(), processes())
            if not process.ended and process.pid not in known
        ]:
            for process in found:
                kill(process.pid, _SIGSTOP)
                known.add(process.pid)
        for pid in known:
            kill(pid)
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return
        time.sleep(_PAUSE)
