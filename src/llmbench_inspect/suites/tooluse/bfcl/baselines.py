"""Answers to BFCL's questions without a model: none, a call of every function, and the right calls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, cast

from inspect_ai.solver import Generate, Solver, TaskState, solver

from llmbench_inspect.suites.tooluse.bfcl.categories import CATEGORIES
from llmbench_inspect.suites.tooluse.played import played_turn

Player = Literal["oracle", "does_nothing", "calls_every_tool"]

_Calls = list[tuple[str, Mapping[str, Any]]]


@solver
def played_calls(player: Player) -> Solver:
    """An answer that no model gave.

    Args:
        player: `does_nothing` calls nothing, `calls_every_tool` calls every function once without
            arguments, `oracle` makes the right calls.
    """

    async def solve(state: TaskState, generate: Generate) -> TaskState:  # noqa: ARG001
        state.output = played_turn(calls_by(player, state.metadata))
        state.messages.append(state.output.message)
        return state

    return solve


def calls_by(player: Player, question: Mapping[str, Any]) -> _Calls:
    """What a player calls.

    Args:
        player: Who plays.
        question: The metadata of a sample.
    """
    every: _Calls = [(function["name"], {}) for function in question["functions"]]
    if player == "calls_every_tool":
        return every
    if player == "does_nothing":
        return []
    if CATEGORIES[question["category"]] == "any_call":
        return every[:1]
    return [made for call in question["accepted"] for made in first_accepted(call)]


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
