"""What the process of a cell is told and what it tells, a JSON line each."""

from __future__ import annotations

from typing import Final, Literal

from pydantic import BaseModel, TypeAdapter

from .cells import Cell


class Job(BaseModel):
    """The first line that a process is told."""

    cell: Cell
    base_url: str | None
    other_machines: bool = False
    """Whether another machine may have to go on with what this process leaves."""


STOP: Final = "stop"
"""The line that has it end and leave a log that resumes."""


class Begun(BaseModel):
    """The cell has a process."""

    kind: Literal["begun"] = "begun"


class Lost(BaseModel):
    """The machine or the process of the cell is gone; another one goes on with it."""

    kind: Literal["lost"] = "lost"
    reason: str


class Started(BaseModel):
    """Samples are about to run."""

    kind: Literal["started"] = "started"
    planned: int
    """Samples times epochs."""
    held: int
    """Of these, those that an earlier log has."""


class Done(BaseModel):
    """A sample was done."""

    kind: Literal["done"] = "done"
    errors: int
    """0, or 1 where it ended in an error."""


class Ended(BaseModel):
    """The cell came to its end; the last line."""

    kind: Literal["ended"] = "ended"
    status: Literal["complete", "failed", "stopped", "skipped_unavailable"]
    reason: str = ""
    """Why it is not complete."""


Message = Begun | Lost | Started | Done | Ended

message: Final[TypeAdapter[Message]] = TypeAdapter(Message)
