"""Answers to BFCL's questions without a model: none, a call of every function, and the right calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Literal, cast

from inspect_ai.solver import Generate, Solver, TaskState, solver

from llmbench_inspect.suites.tooluse.bfcl.categories import CATEGORIES
from llmbench_inspect.suites.tooluse.played import played_turn

Baseline = Literal["nothing", "everything", "oracle"]

_Calls = list[tuple[str, Mapping[str, Any]]]


@solver
def baseline(name: Baseline) -> Solver:
    """An answer that no model gave.

    Args:
        name: `nothing` calls nothing, `everything` calls every function once without arguments, `oracle`
            makes the right calls.
    """
    calls = BASELINES[name]

    async def solve(state: TaskState, generate: Generate) -> TaskState:  # noqa: ARG001
        state.output = played_turn(calls(state.metadata))
        state.messages.append(state.output.message)
        return state

    return solve


def _nothing(question: Mapping[str, Any]) -> _Calls:  # noqa: ARG001
    return []


def _everything(question: Mapping[str, Any]) -> _Calls:
    return [(function["name"], {}) for function in question["functions"]]


def _right(question: Mapping[str, Any]) -> _Calls:
    if CATEGORIES[question["category"]] == "any_call":
        return _everything(question)[:1]
    return [(name, arguments) for call in question["accepted"] for name, arguments in first_accepted(call)]


def first_accepted(call: Mapping[str, Mapping[str, Sequence[Any]]]) -> _Calls:
    """A call that is accepted: the first value of each parameter, where that is not "leave it out"."""
    return [(name, _firsts(accepted)) for name, accepted in call.items()]


def _firsts(accepted: Mapping[str, Any]) -> dict[str, Any]:
    """The first accepted value in each place of a mapping, and in the mappings within it."""
    chosen: dict[str, Any] = {}
    for name, values in accepted.items():
        if not isinstance(values, list):
            chosen[name] = values
        elif values and values[0] != "":
            chosen[name] = _resolved(values[0])
    return chosen


def _resolved(value: Any) -> Any:
    if isinstance(value, dict):
        return _firsts(cast("dict[str, Any]", value))
    if isinstance(value, list):
        return [_resolved(item) for item in cast("list[Any]", value)]
    return value


BASELINES: Final[Mapping[Baseline, Callable[[Mapping[str, Any]], _Calls]]] = {
    "nothing": _nothing,
    "everything": _everything,
    "oracle": _right,
}
"""What each baseline calls, by the metadata of a sample."""
