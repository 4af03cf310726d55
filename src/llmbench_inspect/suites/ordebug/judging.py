"""What a repair is worth: is the model feasible, is its optimum the original's, are the rows kept."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass

from llmbench_inspect.suites.ordebug.linear_model import LinearModel, Row
from llmbench_inspect.suites.ordebug.problem import Problem
from llmbench_inspect.suites.ordebug.solving import NoAnswerError, solve

TOLERANCE = 1e-6
"""Relative difference up to which an optimum is the same, and a number of a row."""


@dataclass(frozen=True)
class Verdict:
    """How a repaired model compares with the original."""

    status: str
    """What the solver says of it."""
    optimality: float
    """`max(0, 1 - |difference of the optima| / |optimum|)`; NaN where no original is known."""
    same_optimum: bool
    """Whether the optimum is the original's, within 1e-6 relative."""
    rows_kept: float
    """Share of the original's rows that are kept; NaN where no original is known."""
    lost: list[str]
    """Rows of the original that are not."""

    @property
    def recovered(self) -> bool:
        """Whether the model has an optimum."""
        return self.status == "optimal"

    @property
    def repaired(self) -> bool:
        """Whether it is feasible again, with the original's optimum and all of its rows."""
        return self.recovered and self.same_optimum and not self.lost

    @property
    def failure_class(self) -> str | None:
        """The first thing that is wrong; `None` when nothing is."""
        if not self.recovered:
            return "unbounded" if self.status == "unbounded" else "infeasible"
        if not self.same_optimum:
            return "other_optimum"
        return "rows_lost" if self.lost else None


def judge(problem: Problem, model: LinearModel) -> Verdict:
    """Compare a repaired model with what is known of the original.

    Args:
        problem: What was to be repaired.
        model: What came out.

    Raises:
        NoAnswerError: The solver did not come to an end.
    """
    found = solve(model)
    if found.status == "unknown":
        raise NoAnswerError("the solver came to no end")
    original, optimum = problem.original, problem.optimum
    if original is None or optimum is None:
        return Verdict(found.status, math.nan, False, math.nan, [])
    lost = [
        name
        for name, row in original.rows.items()
        if name not in model.rows or not enforces(model.rows[name], row)
    ]
    off = abs(found.objective - optimum) if found.status == "optimal" else math.inf
    return Verdict(
        status=found.status,
        optimality=max(0.0, 1 - off / max(abs(optimum), TOLERANCE)),
        same_optimum=off <= TOLERANCE * max(1.0, abs(optimum)),
        rows_kept=1 - len(lost) / len(original.rows) if original.rows else 1.0,
        lost=lost,
    )


def enforces(row: Row, original: Row) -> bool:
    """Whether whatever satisfies a row satisfies the original one: the same terms, as tight or tighter."""
    if row.terms.keys() != original.terms.keys():
        return False
    if not all(_near(row.terms[name], factor) for name, factor in original.terms.items()):
        return False
    if row.sense not in {original.sense, "="}:
        return False
    above = row.rhs > original.rhs and not _near(row.rhs, original.rhs)
    below = row.rhs < original.rhs and not _near(row.rhs, original.rhs)
    return not {"<=": above, ">=": below, "=": above or below}[original.sense]


def precision_and_recall(blamed: Collection[str], held: Collection[str]) -> tuple[float, float]:
    """How much of the blame is right, and how much of what held the mistake is blamed; 0 without blame."""
    right = len(set(blamed) & set(held))
    return (right / len(set(blamed)) if blamed else 0.0, right / len(set(held)) if held else math.nan)


def _near(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
