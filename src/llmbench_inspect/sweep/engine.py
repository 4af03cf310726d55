"""What an engine is: it runs cells, each in a process of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from .messages import Job, Message


class Running(Protocol):
    """A cell that has been begun."""

    def messages(self) -> Iterator[Message]:
        """What happens in it, as it happens; without an `Ended` at last where it came to no regular end."""
        ...

    def stop(self) -> None:
        """Have it end soon, with a log that resumes."""
        ...

    def kill(self) -> None:
        """End it at once; harmless where it has ended."""
        ...

    def last_words(self) -> str:
        """What it printed last; for one that has ended."""
        ...


class Engine(Protocol):
    """What runs cells."""

    one_machine: bool
    """Whether all cells share one machine."""

    def begin(self, job: Job) -> Running:
        """Begin a cell; it may wait for its turn."""
        ...
