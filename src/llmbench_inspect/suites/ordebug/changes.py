"""The changes that one can make to a model: what tools do, and what undoes a planted fault."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple, get_args

from llmbench_inspect.named_choice import did_you_mean
from llmbench_inspect.suites.ordebug.linear_model import Bounds, LinearModel, Row, Sense

GREATEST: Final = 1e12
"""Greatest number that a change may bring in; solvers take those from about 1e20 as infinite."""


class ChangeRefusedError(Exception):
    """A change that cannot be made; says why, for whoever asked for it."""


class Change(NamedTuple):
    """One change."""

    tool: str
    """Name of one of `CHANGES`."""
    arguments: dict[str, Any]


def relax_constraint(model: LinearModel, constraint: str, amount: float) -> LinearModel:
    """Loosen a row by an amount."""
    row = row_of(model, constraint)
    if _number("amount", amount) <= 0:
        raise ChangeRefusedError("amount has to be greater than 0.")
    if row.sense == "=":
        raise ChangeRefusedError(f"{constraint} is an equation: use update_rhs or set_sense.")
    loosened = row.rhs + (amount if row.sense == "<=" else -amount)
    return model.with_rows({constraint: row._replace(rhs=_number("the new right-hand side", loosened))})


def drop_constraint(model: LinearModel, constraint: str) -> LinearModel:
    """Take a row away."""
    row_of(model, constraint)
    return model.without_row(constraint)


def update_rhs(model: LinearModel, constraint: str, value: float) -> LinearModel:
    """Give a row another right-hand side."""
    row = row_of(model, constraint)
    return model.with_rows({constraint: row._replace(rhs=_number("value", value))})


def update_bounds(model: LinearModel, variable: str, lower: float, upper: float) -> LinearModel:
    """Give a variable other bounds."""
    _variable(model, variable)
    bounds = Bounds(_number("lower", lower), _number("upper", upper))
    if lower > upper:
        raise ChangeRefusedError(f"lower ({lower:g}) is greater than upper ({upper:g}).")
    return model.with_bounds({variable: bounds})


def set_sense(model: LinearModel, constraint: str, sense: Sense) -> LinearModel:
    """Turn a row's comparison."""
    row = row_of(model, constraint)
    if sense not in get_args(Sense):
        raise ChangeRefusedError(f"sense '{sense}' is none of <=, >=, =.")
    return model.with_rows({constraint: row._replace(sense=sense)})


def set_coefficient(model: LinearModel, constraint: str, variable: str, value: float) -> LinearModel:
    """Give a variable another coefficient in a row; 0 takes it out."""
    row = row_of(model, constraint)
    _variable(model, variable)
    terms = {**row.terms, variable: _number("value", value)}
    if not value:
        del terms[variable]
    return model.with_rows({constraint: row._replace(terms=terms)})


CHANGES: Final[Mapping[str, Callable[..., LinearModel]]] = {
    change.__name__: change
    for change in (
        relax_constraint,
        drop_constraint,
        update_rhs,
        update_bounds,
        set_sense,
        set_coefficient,
    )
}
"""All changes by name."""


def changed(model: LinearModel, *changes: Change) -> LinearModel:
    """The model after changes, one after the other.

    Raises:
        ChangeRefusedError: One of them cannot be made.
    """
    for change in changes:
        model = CHANGES[change.tool](model, **change.arguments)
    return model


def row_of(model: LinearModel, constraint: str) -> Row:
    """The row of a name.

    Raises:
        ChangeRefusedError: There is none.
    """
    if constraint not in model.rows:
        raise ChangeRefusedError(_unknown("constraint", constraint, model.rows))
    return model.rows[constraint]


def named(model: LinearModel, name: str) -> None:
    """Check that a row or a variable has a name.

    Raises:
        ChangeRefusedError: None has.
    """
    if name not in model.rows and name not in model.bounds:
        raise ChangeRefusedError(_unknown("constraint or variable", name, {**model.rows, **model.bounds}))


def _variable(model: LinearModel, name: str) -> None:
    if name not in model.bounds:
        raise ChangeRefusedError(_unknown("variable", name, model.bounds))


def _unknown(what: str, name: str, known: Mapping[str, object]) -> str:
    if name == "obj":
        return "The objective stays as it is."
    return f"There is no {what} '{name[:40]}'.{did_you_mean(name[:40], known)}"


def _number(what: str, value: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise ChangeRefusedError(f"{what} has to be a number.")
    if not math.isfinite(value) or abs(value) > GREATEST:
        raise ChangeRefusedError(f"{what} has to be a finite number of at most {GREATEST:g}.")
    return float(value)
