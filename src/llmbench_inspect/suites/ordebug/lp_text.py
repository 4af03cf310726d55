"""A model as text in the LP format that solvers read and write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from llmbench_inspect.suites.ordebug.linear_model import Bounds, LinearModel, Row

_BINARY: Final = Bounds(0, 1)


def lp_text(model: LinearModel) -> str:
    """The model, a constraint and a variable's bounds a line."""
    binary = [name for name in model.integers if model.bounds[name] == _BINARY]
    general = [name for name in model.integers if name not in binary]
    objective = _sum(model.objective)
    if model.offset:
        objective += f" {_signed(model.offset)}"
    lines = [
        "Minimize" if model.goal == "min" else "Maximize",
        f" obj: {objective}",
        "Subject To",
        *(f" {name}: {row_text(row)}" for name, row in model.rows.items()),
        "Bounds",
        *(f" {bounds_text(name, bounds)}" for name, bounds in model.bounds.items() if name not in binary),
        *_listed("General", general),
        *_listed("Binary", binary),
        "End",
    ]
    return "\n".join(lines)


def row_text(row: Row) -> str:
    """A constraint without its name, such as `2 x1 - x2 <= 4`."""
    return f"{_sum(row.terms)} {row.sense} {number_text(row.rhs)}"


def bounds_text(name: str, bounds: Bounds) -> str:
    """What a variable lies between, such as `0 <= x1 <= 4`."""
    lower, upper = bounds
    if lower is None and upper is None:
        return f"{name} free"
    if upper is None:
        return f"{name} >= {number_text(lower or 0)}"
    return f"{'-inf' if lower is None else number_text(lower)} <= {name} <= {number_text(upper)}"


def number_text(number: float) -> str:
    """A number as short as it can be told without loss."""
    return f"{number:.0f}" if number == int(number) and abs(number) < 1e15 else repr(number)  # noqa: PLR2004


def _sum(terms: Mapping[str, float]) -> str:
    parts: list[str] = []
    for name, factor in terms.items():
        amount = "" if abs(factor) == 1 else f"{number_text(abs(factor))} "
        sign = "-" if factor < 0 else "+" if parts else ""
        parts.append(f"{sign} {amount}{name}" if parts else f"{sign}{amount}{name}")
    return " ".join(parts) or "0"


def _signed(number: float) -> str:
    return f"{'-' if number < 0 else '+'} {number_text(abs(number))}"


def _listed(heading: str, names: Sequence[str]) -> list[str]:
    return [heading, f" {' '.join(names)}"] if names else []
