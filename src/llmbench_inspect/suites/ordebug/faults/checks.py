"""What has to hold of a planted fault: the four checks, and what its type says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from llmbench_inspect.suites.ordebug.changes import changed
from llmbench_inspect.suites.ordebug.faults.planted import Planted
from llmbench_inspect.suites.ordebug.linear_model import Bounds, Kind, LinearModel
from llmbench_inspect.suites.ordebug.problem import FaultType, Problem
from llmbench_inspect.suites.ordebug.solving import NoAnswerError, find_iis, solve

OTHER: Final = 1e-3
"""Relative difference from which on an optimum is clearly another."""
_SIZES: Final[Mapping[Kind, tuple[range, range]]] = {
    "lp": (range(5, 11), range(3, 9)),
    "mip": (range(8, 16), range(5, 13)),
}


def checked(problem_id: str, fault: FaultType, planted: Planted) -> Problem | None:
    """The problem that a fault makes; `None` where it does not hold what it has to.

    The original has an optimum, the model with the mistake is infeasible, its IIS holds the mistake, and
    the repair brings the original's optimum back.

    Args:
        problem_id: What the problem is to be called.
        fault: The type of the fault.
        planted: The fault, in a model with its final names.
    """
    model = planted.in_order()
    variables, rows = _SIZES[model.kind]
    if len(model.bounds) not in variables or len(model.rows) not in rows:
        return None
    if solve(model).status != "infeasible":
        return None
    before = solve(planted.original)
    if before.status != "optimal" or abs(before.objective) < 1:
        return None
    try:
        iis = find_iis(model)
        if not set(iis) & set(planted.culprits) or not _HOLDS[fault](planted, iis, before.objective):
            return None
    except NoAnswerError:
        return None
    repair = planted.repair()
    after = solve(changed(model, *repair))
    if after.status != "optimal" or not _same(after.objective, before.objective, 1e-9):
        return None
    return Problem(
        id=problem_id,
        type=fault,
        model=model,
        iis=list(iis),
        culprits=sorted(planted.culprits),
        repair=repair,
        optimum=before.objective,
    )


def _one_in_iis(planted: Planted, iis: tuple[str, ...], optimum: float) -> bool:  # noqa: ARG001
    return set(planted.culprits) <= set(iis)


def _each_is_needed(planted: Planted, iis: tuple[str, ...], optimum: float) -> bool:  # noqa: ARG001
    """E: with one undone the model is still infeasible, and its IIS holds the other."""
    one, two = planted.culprits
    return two in find_iis(planted.without({one})) and one in find_iis(planted.without({two}))


def _shares_no_variable(planted: Planted, iis: tuple[str, ...], optimum: float) -> bool:  # noqa: ARG001
    """F: the IIS has a row, or a bound, on other variables alone than the mistaken row."""
    [culprit] = planted.culprits
    rows = planted.mutated.rows
    own = set(rows[culprit].terms)
    far = [name for name in iis if name in rows and not own & set(rows[name].terms)]
    return culprit in iis and bool(far)


def _uncovered_by_repair(planted: Planted, iis: tuple[str, ...], optimum: float) -> bool:  # noqa: ARG001
    """G: the IIS shows the first alone; without its row all is well, with it right the second shows."""
    first, second = planted.culprits
    return (
        first in iis
        and second not in iis
        and solve(planted.mutated.without_row(first)).status == "optimal"
        and second in find_iis(planted.without({first}))
    )


def _outside_iis(planted: Planted, iis: tuple[str, ...], optimum: float) -> bool:
    """H: the second is not in the IIS; with the first undone there is an optimum, and it is another."""
    first, second = planted.culprits
    found = solve(planted.without({first}))
    return (
        first in iis
        and second not in iis
        and found.status == "optimal"
        and not _same(found.objective, optimum, OTHER)
    )


def _one_repair_keeps_optimum(planted: Planted, iis: tuple[str, ...], optimum: float) -> bool:
    """I: each row of the IIS dropped, and each of its bounds lifted, there is an optimum, and it is another."""
    if not set(planted.culprits) <= set(iis):
        return False
    for name in iis:
        found = solve(_without(planted.mutated, name))
        if found.status != "optimal" or _same(found.objective, optimum, OTHER):
            return False
    return True


def _without(model: LinearModel, name: str) -> LinearModel:
    if name in model.rows:
        return model.without_row(name)
    lower, upper = model.bounds[name]
    return model.with_bounds({name: Bounds(-10 * abs(lower or 1), 10 * abs(upper or 1))})


def _same(one: float, other: float, tolerance: float) -> bool:
    return abs(one - other) <= tolerance * max(1, abs(other))


_HOLDS: Final[Mapping[FaultType, Callable[[Planted, tuple[str, ...], float], bool]]] = {
    "A": _one_in_iis,
    "B": _one_in_iis,
    "C": _one_in_iis,
    "D": _one_in_iis,
    "E": _each_is_needed,
    "F": _shares_no_variable,
    "G": _uncovered_by_repair,
    "H": _outside_iis,
    "I": _one_repair_keeps_optimum,
}
