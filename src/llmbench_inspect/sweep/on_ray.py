"""The engine `ray`: each cell is an actor with processors and GPUs of its own, somewhere in a cluster."""

from __future__ import annotations

import logging
import os
import re
import threading
import time
import warnings
from collections.abc import Iterator, Sequence
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Any, Final, NamedTuple, Self

import ray as annotated_in_part
from ray.exceptions import RayActorError

from .cells import Cell
from .local import CellProcess
from .messages import Job, Lost, Message, message

ray: Any = annotated_in_part

_TIMES: Final = 4
"""Times that a cell is begun, the first included, where its worker is lost."""
_TURN: Final = 5.0
"""Seconds that a node waits for something to tell."""
_TAKEN: Final = 60.0
"""Seconds within which Ray has ended the cells of a sweep that died."""
_NAMESPACE: Final = "llmbench"
_NAMES: Final = re.compile(r"^\s*(?:class_name|actor_id|pid|name|namespace|ip): .*$", re.MULTILINE)


class NoClusterError(Exception):
    """No Ray cluster can be joined; the message says why."""


class Cluster:
    """Runs cells on a Ray cluster, which it joins and leaves as a context manager.

    Args:
        address: As `ray.init` takes it. `None` is what `RAY_ADDRESS` names, else a cluster that runs on
            this machine, else one of this machine alone that ends with this process.

    Raises:
        NoClusterError: It cannot be joined.
    """

    one_machine = False

    def __init__(self, address: str | None) -> None:
        # For a cluster that begins here: no usage statistics, and cells that take turns with other programs
        # of the machine as they do without Ray.
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
        os.environ.setdefault("RAY_worker_niceness", "0")
        try:
            with warnings.catch_warnings():
                # What they say is in the error too.
                warnings.simplefilter("ignore")
                ray.init(address, namespace=_NAMESPACE, log_to_driver=False, logging_level=logging.ERROR)
        except (ConnectionError, RuntimeError, ValueError) as error:
            raise NoClusterError(str(error).strip()) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        ray.shutdown()

    def begin(self, job: Job) -> RayCell:
        """Have Ray find a place for a cell."""
        return RayCell(job)

    def too_small_for(self, cells: Sequence[Cell]) -> list[Size]:
        """What cells need of one node and none has, as the cluster is now."""
        nodes = [node["Resources"] for node in ray.nodes() if node["Alive"]]
        return [
            size
            for size in sorted({_size(cell) for cell in cells})
            if not any(node.get("CPU", 0) >= size.cpus and node.get("GPU", 0) >= size.gpus for node in nodes)
        ]


class Size(NamedTuple):
    """What Ray keeps for a cell."""

    cpus: float
    gpus: float


class _LostError(Exception):
    """The process of a cell is gone."""


class RayCell:
    """A cell that Ray runs; begun again, perhaps elsewhere, where its worker is lost.

    Args:
        job: What it is to do.
    """

    def __init__(self, job: Job) -> None:
        self._job = job
        self._lock = threading.Lock()
        self._actor: Any = None
        self._runs = False
        self._stopping = False
        self._last_words = ""

    def messages(self) -> Iterator[Message]:
        """As `Running` says."""
        for times in range(1, _TIMES + 1):
            try:
                yield from self._follow()
            except (RayActorError, _LostError) as error:
                self._last_words = _reason(error)
            else:
                return
            finally:
                self.kill()
            if self._stopping:
                return
            if times < _TIMES:
                yield Lost(reason=self._last_words)

    def stop(self) -> None:
        """As `Running` says."""
        with self._lock:
            self._stopping = True
            if self._runs:
                self._actor.stop.remote()
                return
        # It waits for its turn.
        self.kill()

    def kill(self) -> None:
        """As `Running` says."""
        with self._lock:
            if self._actor is not None:
                ray.kill(self._actor)
            self._actor, self._runs = None, False

    def last_words(self) -> str:
        """As `Running` says."""
        return self._last_words

    def _follow(self) -> Iterator[Message]:
        if (actor := self._begin()) is None:
            return
        end: _End | None = None
        while end is None:
            lines, end = ray.get(actor.take.remote())
            with self._lock:
                self._runs = self._actor is not None
            yield from map(message.validate_json, lines)
        if end.was_killed:
            raise _LostError(f"its process was killed. {end.last_words}")
        self._last_words = end.last_words

    def _begin(self) -> Any:
        cell, size = self._job.cell, _size(self._job.cell)
        # The name keeps what is left of a sweep that died, and any other sweep, out of the folder.
        remote = ray.remote(OnNode).options(
            name=cell.folder,
            num_cpus=size.cpus,
            num_gpus=size.gpus,
            max_concurrency=3,
            scheduling_strategy="SPREAD",
        )
        patience = time.monotonic() + _TAKEN
        while not self._stopping:
            try:
                actor = remote.remote(self._job.model_dump_json())
            except ValueError:
                if time.monotonic() > patience:
                    self._last_words = "another sweep on the same cluster works on it"
                    return None
                time.sleep(1)
                continue
            with self._lock:
                self._actor = actor
            return actor
        return None


def _size(cell: Cell) -> Size:
    return Size(cell.cpus or 1, cell.gpus or 0)


def _reason(error: RayActorError | _LostError) -> str:
    """In one line, without the names that only Ray has for it."""
    return " ".join(_NAMES.sub("", str(error)).split())


class _End(NamedTuple):
    """How the process of a cell ended."""

    was_killed: bool
    last_words: str


class _Told(NamedTuple):
    """What a node tells at a time."""

    lines: list[str]
    end: _End | None


class OnNode:
    """A cell on a node: the actor that the sweep talks with. The cell's process ends with it.

    Args:
        job: A `Job` as JSON.
    """

    def __init__(self, job: str) -> None:
        self._process = CellProcess(Job.model_validate_json(job))
        self._lines: SimpleQueue[str | None] = SimpleQueue()
        threading.Thread(target=self._listen, daemon=True).start()

    def take(self) -> _Told:
        """What was told since the last time; waits some seconds for the first."""
        lines: list[str] = []
        try:
            line = self._lines.get(timeout=_TURN)
            while line is not None:
                lines.append(line)
                line = self._lines.get_nowait()
        except Empty:
            return _Told(lines, None)
        return _Told(lines, _End(self._process.was_killed, self._process.last_words()))

    def stop(self) -> None:
        """Have the cell end soon, with a log that resumes."""
        self._process.stop()

    def _listen(self) -> None:
        try:
            for told in self._process.messages():
                self._lines.put(told.model_dump_json())
        finally:
            self._lines.put(None)
