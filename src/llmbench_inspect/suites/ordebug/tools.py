"""The tools of an agent that repairs a model: what the solver says, changes, and the diagnosis."""

from __future__ import annotations

from typing import Any, Final

from inspect_ai.tool import Tool, ToolError, tool
from inspect_ai.util import store_as

from llmbench_inspect.suites.ordebug.changes import Change, ChangeRefusedError, changed, named, row_of
from llmbench_inspect.suites.ordebug.linear_model import LinearModel, Sense
from llmbench_inspect.suites.ordebug.lp_text import bounds_text, number_text, row_text
from llmbench_inspect.suites.ordebug.problem import Problem
from llmbench_inspect.suites.ordebug.solving import (
    SECONDS,
    NoAnswerError,
    Solution,
    find_iis,
    least_violation,
    solve,
)
from llmbench_inspect.suites.ordebug.threads import in_thread
from llmbench_inspect.suites.ordebug.work import Action, RepairWork

_MOST_MEMBERS: Final = 40
_DIGITS: Final = 10


def repair_tools(problem: Problem) -> list[Tool]:
    """The tools of one sample; what they do lands in its store (`RepairWork`).

    Args:
        problem: What is to be repaired.
    """
    return [
        get_iis(problem),
        check_slack(problem),
        relax_constraint(problem),
        drop_constraint(problem),
        update_rhs(problem),
        update_bounds(problem),
        set_sense(problem),
        set_coefficient(problem),
        reset(problem),
        submit(problem),
    ]


@tool(parallel=False)
def get_iis(problem: Problem) -> Tool:
    """An irreducible infeasible subset of the model as it stands."""

    async def execute() -> str:
        """Get an irreducible infeasible subset (IIS): constraints and bounds that contradict each other."""
        model = _model(problem)
        try:
            members = await in_thread(find_iis, model)
        except NoAnswerError as error:
            raise ToolError(f"No IIS was found within {SECONDS:g} s.") from error
        if not members:
            return "The model is feasible: there is no IIS."
        lines = [
            f"{name}: {row_text(model.rows[name])}"
            if name in model.rows
            else f"bounds {bounds_text(name, model.bounds[name])}"
            for name in members
        ]
        more = len(lines) - _MOST_MEMBERS
        return "\n".join([*lines[:_MOST_MEMBERS], *([f"... and {more} more"] if more > 0 else [])])

    return execute


@tool(parallel=False)
def check_slack(problem: Problem) -> Tool:
    """How far a row is from its right-hand side."""

    async def execute(constraint: str) -> str:
        """Get the left side and the slack of a constraint at the optimum, or at the least infeasible point.

        Args:
            constraint: Name of the constraint, such as c1.
        """
        model = _model(problem)
        row = _or_tool_error(row_of, model, constraint)
        found, where = await in_thread(solve, model), "At the optimum"
        if found.status != "optimal":
            found, where = await in_thread(least_violation, model), "Where all is violated least"
        if found.status != "optimal":
            raise ToolError(f"The model is {found.status}: no point was found within {SECONDS:g} s.")
        left = sum(factor * found.values[name] for name, factor in row.terms.items())
        slack = -abs(row.rhs - left) if row.sense == "=" else left - row.rhs
        slack = -slack if row.sense == "<=" else slack
        told = f"violated by {_short(-slack)}" if slack < -1e-9 else f"slack {_short(abs(slack))}"  # noqa: PLR2004
        return f"{where}: {constraint} has {_short(left)} {row.sense} {number_text(row.rhs)}, {told}."

    return execute


@tool(parallel=False)
def relax_constraint(problem: Problem) -> Tool:
    """A row made looser."""

    async def execute(constraint: str, amount: float) -> str:
        """Loosen a constraint: its right-hand side grows (<=) or shrinks (>=) by an amount.

        Args:
            constraint: Name of the constraint, such as c1.
            amount: By how much, greater than 0.
        """
        return await _change(problem, "relax_constraint", constraint=constraint, amount=amount)

    return execute


@tool(parallel=False)
def drop_constraint(problem: Problem) -> Tool:
    """A row taken away."""

    async def execute(constraint: str) -> str:
        """Remove a constraint.

        Args:
            constraint: Name of the constraint, such as c1.
        """
        return await _change(problem, "drop_constraint", constraint=constraint)

    return execute


@tool(parallel=False)
def update_rhs(problem: Problem) -> Tool:
    """Another right-hand side."""

    async def execute(constraint: str, value: float) -> str:
        """Set the right-hand side of a constraint.

        Args:
            constraint: Name of the constraint, such as c1.
            value: The new right-hand side.
        """
        return await _change(problem, "update_rhs", constraint=constraint, value=value)

    return execute


@tool(parallel=False)
def update_bounds(problem: Problem) -> Tool:
    """Other bounds of a variable."""

    async def execute(variable: str, lower: float, upper: float) -> str:
        """Set the bounds of a variable. A binary variable becomes an integer one.

        Args:
            variable: Name of the variable, such as x1.
            lower: Its least value.
            upper: Its greatest value.
        """
        return await _change(problem, "update_bounds", variable=variable, lower=lower, upper=upper)

    return execute


@tool(parallel=False)
def set_sense(problem: Problem) -> Tool:
    """Another comparison."""

    async def execute(constraint: str, sense: Sense) -> str:
        """Set the comparison of a constraint.

        Args:
            constraint: Name of the constraint, such as c1.
            sense: The new comparison.
        """
        return await _change(problem, "set_sense", constraint=constraint, sense=sense)

    return execute


@tool(parallel=False)
def set_coefficient(problem: Problem) -> Tool:
    """Another coefficient."""

    async def execute(constraint: str, variable: str, value: float) -> str:
        """Set the coefficient of a variable in a constraint.

        Args:
            constraint: Name of the constraint, such as c1.
            variable: Name of the variable, such as x1.
            value: The new coefficient; 0 takes the variable out.
        """
        return await _change(problem, "set_coefficient", constraint=constraint, variable=variable, value=value)

    return execute


@tool(parallel=False)
def reset(problem: Problem) -> Tool:
    """The model as it was given."""

    async def execute() -> str:
        """Take all changes back."""
        return await _now(problem.model, "reset", "All changes are taken back.")

    return execute


@tool(parallel=False)
def submit(problem: Problem) -> Tool:
    """The model's word that it is done, and its diagnosis."""

    async def execute(blamed: list[str]) -> str:
        """Hand the repaired model in. Call this once, at the end.

        Args:
            blamed: Names of the constraints, or of the variables whose bounds, held the mistake, such as c1.
        """
        names = list(dict.fromkeys(blamed))
        if not names:
            raise ToolError("blamed is empty: name at least one constraint or variable.")
        for name in names:
            _or_tool_error(named, problem.model, name)
        store_as(RepairWork).blamed = names
        return "Submitted."

    return execute


def _model(problem: Problem) -> LinearModel:
    return store_as(RepairWork).model or problem.model


async def _change(problem: Problem, name: str, **arguments: Any) -> str:
    model = _or_tool_error(changed, _model(problem), Change(name, arguments))
    what = arguments.get("constraint") or arguments["variable"]
    if what in model.rows:
        said = f"{what}: {row_text(model.rows[what])}"
    elif what in model.bounds:
        said = bounds_text(what, model.bounds[what])
    else:
        said = f"{what} is removed."
    return await _now(model, name, said)


async def _now(model: LinearModel, name: str, said: str) -> str:
    solution: Solution = await in_thread(solve, model)
    work = store_as(RepairWork)
    work.model = model
    objective = solution.objective if solution.status == "optimal" else None
    action = Action(step=work.steps, tool=name, status=solution.status, objective=objective)
    work.actions = [*work.actions, action]
    optimum = "" if objective is None else f", objective {_short(objective)}"
    return f"{said}\nThe model is now {solution.status}{optimum}."


def _or_tool_error(work: Any, *arguments: Any) -> Any:
    try:
        return work(*arguments)
    except ChangeRefusedError as error:
        raise ToolError(str(error)) from error


def _short(number: float) -> str:
    return number_text(round(number, 6) + 0.0) if abs(number) < 1e9 else f"{number:.{_DIGITS}g}"  # noqa: PLR2004
