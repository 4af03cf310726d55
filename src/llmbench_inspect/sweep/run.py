"""Cells in processes of their own: side by side, but one after another where they share a local server."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import IO, Final, NamedTuple

from llmbench_inspect.child_process import ChildProcess

from .cells import Cell
from .messages import STOP, Ended, Job, Message, message
from .servers import server_of

_LAST_WORDS: Final = 2000
"""Bytes of what a process printed that are shown when it ended without a word."""


class _Place(NamedTuple):
    """Where a cell may run."""

    base_url: str | None
    server: str | None
    """The local server that it keeps busy."""


class Sweep:
    """A sweep on this machine.

    Args:
        cells: In the order in which they are begun, as far as servers are free.
        max_cells: Most cells at a time.
        tell: Called from several threads with what happens in a cell; with `None` when it begins.
    """

    def __init__(
        self, cells: Sequence[Cell], *, max_cells: int, tell: Callable[[Cell, Message | None], None]
    ) -> None:
        self._waiting = [(cell, _places(cell)) for cell in cells]
        self._most = max_cells
        self._tell = tell
        self._stopping = False
        self._processes: set[ChildProcess] = set()
        self._lock = threading.Lock()
        self._ended: dict[str, Ended] = {}

    def run(self) -> dict[str, Ended]:
        """Do the cells.

        A Ctrl-C has the cells that run end with logs that resume, and begins no other; a second one ends
        them at once, and Inspect then recovers what they had done.

        Returns:
            How each cell that was begun came out, by its name.
        """
        with ThreadPoolExecutor(self._most) as threads:
            running: dict[Future[Ended], tuple[Cell, list[_Place], _Place]] = {}
            while running or (self._waiting and not self._stopping):
                try:
                    while not self._stopping and (begun := self._next(running.values())):
                        cell, place, others = begun
                        running[threads.submit(self._cell, cell, place)] = (cell, others, place)
                    # In slices: on some systems a thread that waits for good hears no Ctrl-C.
                    done, _ = wait(running, timeout=0.5, return_when=FIRST_COMPLETED)
                except KeyboardInterrupt:
                    self._stop()
                    continue
                for future in done:
                    cell, others, _place = running.pop(future)
                    self._settle(cell, future.result(), others)
        return self._ended

    @property
    def interrupted(self) -> bool:
        """Whether a Ctrl-C came."""
        return self._stopping

    def _next(
        self, running: Collection[tuple[Cell, list[_Place], _Place]]
    ) -> tuple[Cell, _Place, list[_Place]] | None:
        if len(running) >= self._most:
            return None
        busy = {place.server for *_, place in running if place.server is not None}
        for index, (cell, places) in enumerate(self._waiting):
            free = next((place for place in places if place.server not in busy), None)
            if free is not None:
                del self._waiting[index]
                return cell, free, [place for place in places if place != free]
        return None

    def _settle(self, cell: Cell, ended: Ended, others: list[_Place]) -> None:
        if ended.status == "skipped_unavailable" and others and not self._stopping:
            self._waiting.insert(0, (cell, others))
            return
        self._ended[cell.name] = ended
        self._tell(cell, ended)

    def _cell(self, cell: Cell, place: _Place) -> Ended:
        with tempfile.TemporaryFile() as printed:
            command = [sys.executable, "-m", "llmbench_inspect.sweep.cell_process"]
            process = ChildProcess(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=printed)
            with self._lock:
                self._processes.add(process)
            try:
                self._tell(cell, None)
                _say(process, Job(cell=cell, base_url=place.base_url).model_dump_json())
                if self._stopping:
                    _say(process, STOP)
                ended = self._listen(cell, process)
            finally:
                process.kill()
                with self._lock:
                    self._processes.discard(process)
            return ended or Ended(status="failed", reason=_last_words(printed))

    def _listen(self, cell: Cell, process: ChildProcess) -> Ended | None:
        for line in process.popen.stdout or ():
            told = message.validate_json(line)
            if isinstance(told, Ended):
                return told
            self._tell(cell, told)
        return Ended(status="stopped", reason="interrupted") if self._stopping else None

    def _stop(self) -> None:
        with self._lock:
            for process in self._processes:
                if self._stopping:
                    process.kill()
                else:
                    _say(process, STOP)
        self._stopping = True


def _places(cell: Cell) -> list[_Place]:
    return [_Place(url, server_of(cell, url)) for url in (cell.base_urls or (None,))]


def _say(process: ChildProcess, line: str) -> None:
    # One that has ended is not told.
    with contextlib.suppress(BrokenPipeError):
        if (orders := process.popen.stdin) is not None:
            orders.write(f"{line}\n".encode())
            orders.flush()


def _last_words(printed: IO[bytes]) -> str:
    size = printed.seek(0, 2)
    printed.seek(max(0, size - _LAST_WORDS))
    return printed.read().decode(errors="replace").strip() or "its process ended without a word"
