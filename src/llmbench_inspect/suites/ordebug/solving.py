"""What HiGHS says of a model: its optimum, or why there is none."""

from __future__ import annotations

import math
import time
from collections.abc import Collection, Mapping
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.suites.ordebug.iis_process import RawIis, iis_of
from llmbench_inspect.suites.ordebug.linear_model import Bounds, LinearModel, Row

if TYPE_CHECKING:
    import highspy

Status = Literal["optimal", "infeasible", "unbounded", "unknown"]

SECONDS: Final = 10.0
"""Longest time for an answer of the solver."""
# The model's LP relaxation is looked at (2), and what is found made irreducible (4): with less HiGHS
# returns sets that are no IIS and calls them valid.
_IIS_STRATEGY: Final = 6
# Rows and variables up to which HiGHS' search takes some milliseconds.
_LARGE: Final = 200
_TRIAL_SECONDS: Final = 0.5
_PENALTY_SIGNS: Final = {"<=": (-1,), ">=": (1,), "=": (-1, 1)}


class Solution(NamedTuple):
    """An answer of the solver."""

    status: Status
    """`unknown` when the time was up."""
    objective: float = math.nan
    """NaN unless optimal."""
    values: Mapping[str, float] = {}
    """Of the variables, when optimal."""


class NoAnswerError(Exception):
    """The solver did not come to an answer in its time; this says nothing about the model."""


INSTALL: Final = "pip install 'llmbench-inspect[or]'"
"""Brings the solver."""


def require_solver() -> None:
    """Check that HiGHS is there.

    Raises:
        PrerequisiteError: It is not installed.
    """
    if find_spec("highspy") is None:
        raise PrerequisiteError(f"The solver HiGHS is missing. Install it: {INSTALL}")


def solve(model: LinearModel, seconds: float = SECONDS) -> Solution:
    """Find the optimum.

    Args:
        model: What to solve.
        seconds: Most time.
    """
    import highspy  # noqa: PLC0415

    highs = _loaded(model, seconds)
    highs.run()
    told = highs.getModelStatus()
    if told == highspy.HighsModelStatus.kUnboundedOrInfeasible:
        anything = solve(model.model_copy(update={"objective": {}}), seconds)
        return Solution("unbounded" if anything.status == "optimal" else anything.status)
    if told in {highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kModelEmpty}:
        values = dict(zip(model.bounds, highs.getSolution().col_value, strict=True))
        return Solution("optimal", highs.getInfo().objective_function_value, values)
    if told == highspy.HighsModelStatus.kInfeasible:
        return Solution("infeasible")
    if told == highspy.HighsModelStatus.kUnbounded:
        return Solution("unbounded")
    return Solution("unknown")


def find_iis(model: LinearModel, seconds: float = SECONDS) -> tuple[str, ...]:
    """An irreducible infeasible subset: rows and bounds that no point satisfies together, but any fewer.

    Args:
        model: Any model.
        seconds: Most time.

    Returns:
        Names of rows and of variables whose bounds take part, in the model's order; none where the
        model is feasible.

    Raises:
        NoAnswerError: The time was up.
    """
    end = time.monotonic() + seconds
    status = solve(model, seconds).status
    if status == "unknown":
        raise NoAnswerError(f"no answer within {seconds:g} s")
    if status != "infeasible":
        return ()
    linear = model.relaxed()
    if not model.integers or solve(linear, _left(end)).status == "infeasible":
        return _iis_of_linear(linear, _left(end))
    return _filtered(model, end)


def least_violation(model: LinearModel, rows: Collection[str] | None = None) -> Solution:
    """A point that violates the rows as little as can be, in sum.

    Args:
        model: Any model.
        rows: Rows that may be violated; all where none is named.
    """
    objective: dict[str, float] = {}
    elastic: dict[str, Row] = {}
    for name in model.rows if rows is None else rows:
        terms, sense, rhs = model.rows[name]
        extra = {f"{name} {sign}": float(sign) for sign in _PENALTY_SIGNS[sense]}
        objective |= dict.fromkeys(extra, 1.0)
        elastic[name] = Row({**terms, **extra}, sense, rhs)
    widened = model.with_rows(elastic).with_bounds(dict.fromkeys(objective, Bounds(0, None)))
    return solve(widened.model_copy(update={"goal": "min", "objective": objective, "offset": 0}))


def _left(end: float) -> float:
    left = end - time.monotonic()
    if left <= 0:
        raise NoAnswerError("the time is up")
    return left


def _loaded(model: LinearModel, seconds: float) -> highspy.Highs:
    import highspy  # noqa: PLC0415
    import numpy as np  # noqa: PLC0415

    places = {name: place for place, name in enumerate(model.bounds)}
    lp, infinity = highspy.HighsLp(), highspy.kHighsInf
    lp.num_col_, lp.num_row_ = len(model.bounds), len(model.rows)
    lp.sense_ = highspy.ObjSense.kMinimize if model.goal == "min" else highspy.ObjSense.kMaximize
    lp.offset_ = model.offset
    lp.col_cost_ = np.array([model.objective.get(name, 0) for name in model.bounds], dtype=float)
    lp.col_lower_ = np.array([-infinity if low is None else low for low, _ in model.bounds.values()])
    lp.col_upper_ = np.array([infinity if high is None else high for _, high in model.bounds.values()])
    rows = model.rows.values()
    lp.row_lower_ = np.array([-infinity if row.sense == "<=" else row.rhs for row in rows], dtype=float)
    lp.row_upper_ = np.array([infinity if row.sense == ">=" else row.rhs for row in rows], dtype=float)
    matrix = lp.a_matrix_
    matrix.format_ = highspy.MatrixFormat.kRowwise
    matrix.num_col_, matrix.num_row_ = lp.num_col_, lp.num_row_
    matrix.start_ = np.cumsum([0, *(len(row.terms) for row in rows)])
    matrix.index_ = np.array([places[name] for row in rows for name in row.terms], dtype=int)
    matrix.value_ = np.array([factor for row in rows for factor in row.terms.values()], dtype=float)
    if model.integers:
        whole = set(model.integers)
        lp.integrality_ = [
            highspy.HighsVarType.kInteger if name in whole else highspy.HighsVarType.kContinuous
            for name in model.bounds
        ]
    highs = highspy.Highs()
    highs.silent()
    for option, value in {
        "threads": 1,
        "time_limit": seconds,
        "iis_time_limit": seconds,
        "iis_strategy": _IIS_STRATEGY,
        "mip_rel_gap": 0.0,
        "mip_abs_gap": 1e-9,
        # 5 ms each time, for models that take 1 ms.
        "mip_heuristic_run_feasibility_jump": False,
    }.items():
        highs.setOptionValue(option, value)
    highs.passModel(lp)
    return highs


def _iis_of_linear(model: LinearModel, seconds: float) -> tuple[str, ...]:
    import highspy  # noqa: PLC0415

    highs = _loaded(model, seconds)
    if len(model.rows) + len(model.bounds) > _LARGE:
        found = iis_of(highs, {"iis_strategy": _IIS_STRATEGY, "iis_time_limit": seconds}, seconds)
    else:
        highs.run()
        status, iis = highs.getIis()
        whole = status == highspy.HighsStatus.kOk and iis.valid_
        found = RawIis(iis.row_index_, iis.col_index_, iis.col_bound_) if whole else None
    if found is None or not (found.rows or found.columns):
        raise NoAnswerError("HiGHS gave no IIS")
    rows, variables = list(model.rows), list(model.bounds)
    kinds = highspy.IisBoundStatus
    bound = {
        int(kind)
        for kind in (kinds.kIisBoundStatusLower, kinds.kIisBoundStatusUpper, kinds.kIisBoundStatusBoxed)
    }
    columns = [column for column, side in zip(found.columns, found.sides, strict=True) if int(side) in bound]
    return (
        *(rows[place] for place in sorted(found.rows)),
        *(variables[place] for place in sorted(columns)),
    )


def _filtered(model: LinearModel, end: float) -> tuple[str, ...]:
    """A deletion filter: what can be left out with the rest still infeasible, is left out."""
    rest = model
    for name in model.rows:
        fewer = rest.without_row(name)
        if solve(fewer, min(_TRIAL_SECONDS, _left(end))).status == "infeasible":
            rest = fewer
    needed: list[str] = []
    for name, bounds in model.bounds.items():
        if bounds == (None, None):
            continue
        free = rest.with_bounds({name: Bounds(None, None)})
        # Without bounds a search may have no end: what is not shown to be needless stays.
        if solve(free, min(_TRIAL_SECONDS, _left(end))).status == "infeasible":
            rest = free
        else:
            needed.append(name)
    return (*rest.rows, *needed)
