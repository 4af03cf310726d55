"""A linear or mixed-integer model: an objective, named rows, and variables with bounds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from pydantic import BaseModel, Field

Sense = Literal["<=", ">=", "="]
Goal = Literal["min", "max"]
Kind = Literal["lp", "mip"]


class Row(NamedTuple):
    """A constraint: `terms sense rhs`."""

    terms: dict[str, float]
    """Coefficients by variable, none of them 0."""
    sense: Sense
    rhs: float


class Bounds(NamedTuple):
    """The least and the greatest value of a variable; `None` for no bound."""

    lower: float | None
    upper: float | None


class LinearModel(BaseModel, frozen=True, extra="forbid"):
    """A model to minimise or maximise."""

    goal: Goal
    objective: dict[str, float]
    """Coefficients by variable, none of them 0."""
    offset: float = 0
    """Constant part of the objective."""
    rows: dict[str, Row]
    """By name, in the order of the text."""
    bounds: dict[str, Bounds]
    """Of every variable, in order."""
    integers: list[str] = Field(default_factory=list[str])
    """Variables that take whole numbers only."""

    @property
    def kind(self) -> Kind:
        """`mip` when a variable takes whole numbers only."""
        return "mip" if self.integers else "lp"

    def with_rows(self, rows: Mapping[str, Row]) -> LinearModel:
        """The same with rows replaced, or added at the end."""
        return self.model_copy(update={"rows": {**self.rows, **rows}})

    def without_row(self, name: str) -> LinearModel:
        """The same with one row fewer."""
        return self.model_copy(update={"rows": {key: row for key, row in self.rows.items() if key != name}})

    def with_bounds(self, bounds: Mapping[str, Bounds]) -> LinearModel:
        """The same with the bounds of some variables replaced."""
        return self.model_copy(update={"bounds": {**self.bounds, **bounds}})

    def relaxed(self) -> LinearModel:
        """The same without integrality."""
        return self.model_copy(update={"integers": []})
