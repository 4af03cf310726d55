"""What a sample has done so far: kept in its store, where the log shows it and scoring finds it."""

from __future__ import annotations

from inspect_ai.util import StoreModel
from pydantic import BaseModel, Field

from llmbench_inspect.suites.ordebug.linear_model import LinearModel
from llmbench_inspect.suites.ordebug.solving import Status


class Action(BaseModel):
    """A change that was made."""

    step: int
    """The turn it was made in, from 1."""
    tool: str
    status: Status
    """What the solver said of the model after it."""
    objective: float | None = None
    """Optimal objective after it; `None` where there was none."""


class RepairWork(StoreModel):
    """The model as it stands and the way there."""

    model: LinearModel | None = None
    """What is judged in the end; `None` until the first change."""
    blamed: list[str] | None = None
    """Rows and variables that the diagnosis names; `None` until it is submitted."""
    steps: int = 0
    """Turns taken."""
    limit: str | None = None
    """`steps` where the turns were used up before it submitted."""
    actions: list[Action] = Field(default_factory=list[Action])
    """Changes made, in order."""
