"""A problem: an infeasible model, and what is known of the mistake in it."""

from __future__ import annotations

from typing import Final, Literal, get_args

from pydantic import BaseModel

from llmbench_inspect.suites.ordebug.changes import Change, changed
from llmbench_inspect.suites.ordebug.linear_model import Kind, LinearModel

FaultType = Literal["A", "B", "C", "D", "E", "F", "G", "H", "I"]
Difficulty = Literal["easy", "medium", "hard"]

TYPES: Final[tuple[FaultType, ...]] = get_args(FaultType)
DIFFICULTIES: Final[tuple[Difficulty, ...]] = get_args(Difficulty)

_EASY: Final = 2
_MEDIUM: Final = 5


def difficulty_of(size: int) -> Difficulty:
    """The difficulty of a model by the number of rows and bounds in its IIS."""
    return "easy" if size <= _EASY else "medium" if size <= _MEDIUM else "hard"


class Problem(BaseModel, frozen=True, extra="forbid"):
    """One infeasible model."""

    id: str
    type: FaultType | None = None
    """What kind of mistake was planted; `None` for a model of the user's own."""
    model: LinearModel
    """What is to be repaired."""
    iis: list[str]
    """The IIS of it that the solver gives: rows, and variables whose bounds take part."""
    culprits: list[str] = []
    """Rows and variables that hold the planted mistake."""
    repair: list[Change] = []
    """What undoes it."""
    optimum: float | None = None
    """Optimal objective of the original; `None` where no original is known."""

    @property
    def original(self) -> LinearModel | None:
        """The model before the mistake; `None` where it is not known."""
        return None if self.optimum is None else changed(self.model, *self.repair)

    @property
    def kind(self) -> Kind:
        """Whether a variable takes whole numbers only."""
        return self.model.kind

    @property
    def difficulty(self) -> Difficulty:
        """By the size of the IIS: at most 2 easy, 3 to 5 medium, from 6 on hard."""
        return difficulty_of(len(self.iis))
