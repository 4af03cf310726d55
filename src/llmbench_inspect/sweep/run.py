"""The run of a sweep: cells side by side, but one after another where they share a local server."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import NamedTuple

from .cells import Cell
from .engine import Engine, Running
from .messages import Ended, Job, Message
from .servers import THIS_MACHINE, server_of


class _Place(NamedTuple):
    """Where a cell may run."""

    base_url: str | None
    server: str | None
    """The local server that it keeps busy."""


class Sweep:
    """A sweep.

    Args:
        cells: Cells or shards, in the order in which they are begun, as far as servers are free.
        engine: What runs them.
        max_cells: Most of them at a time.
        tell: Called from several threads with what happens in one.
    """

    def __init__(
        self,
        cells: Sequence[Cell],
        *,
        engine: Engine,
        max_cells: int,
        tell: Callable[[Cell, Message], None],
    ) -> None:
        self._engine = engine
        self._waiting = [(cell, self._places(cell)) for cell in cells]
        self._most = max_cells
        self._tell = tell
        self._stopping = False
        self._running: set[Running] = set()
        self._lock = threading.Lock()
        self._ended: dict[str, Ended] = {}

    def run(self) -> dict[str, Ended]:
        """Do the cells.

        A Ctrl-C has the cells that run end with logs that resume, and begins no other; a second one ends
        them at once, and Inspect then recovers what they had done.

        Returns:
            How each cell or shard that was begun came out, by its folder.
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
        for index, (cell, places) in enumerate(self._waiting):
            if free := _free(cell, places, running):
                del self._waiting[index]
                return cell, free, [place for place in places if place != free]
        return None

    def _settle(self, cell: Cell, ended: Ended, others: list[_Place]) -> None:
        if ended.status == "skipped_unavailable" and others and not self._stopping:
            self._waiting.insert(0, (cell, others))
            return
        self._ended[cell.folder] = ended
        self._tell(cell, ended)

    def _cell(self, cell: Cell, place: _Place) -> Ended:
        running = self._engine.begin(
            Job(cell=cell, base_url=place.base_url, other_machines=not self._engine.one_machine)
        )
        with self._lock:
            self._running.add(running)
            if self._stopping:
                running.stop()
        try:
            for told in running.messages():
                if isinstance(told, Ended):
                    return told
                self._tell(cell, told)
        finally:
            running.kill()
            with self._lock:
                self._running.discard(running)
        if self._stopping:
            return Ended(status="stopped", reason="interrupted")
        return Ended(status="failed", reason=running.last_words())

    def _stop(self) -> None:
        with self._lock:
            for running in self._running:
                if self._stopping:
                    running.kill()
                else:
                    running.stop()
            self._stopping = True

    def _places(self, cell: Cell) -> list[_Place]:
        places = [_Place(url, server_of(cell, url)) for url in (cell.base_urls or (None,))]
        if self._engine.one_machine:
            return places
        # A cluster knows itself what its machines can bear.
        return [place._replace(server=None) if place.server == THIS_MACHINE else place for place in places]


def _free(
    cell: Cell, places: Sequence[_Place], running: Collection[tuple[Cell, list[_Place], _Place]]
) -> _Place | None:
    """The place that a cell can take now: the one with the fewest shards of the same cell."""
    shards = Counter(place for other, _, place in running if other.name == cell.name)
    busy = {
        place.server for other, _, place in running if other.name != cell.name or place.server == THIS_MACHINE
    } - {None}
    return min((place for place in places if place.server not in busy), key=shards.__getitem__, default=None)
