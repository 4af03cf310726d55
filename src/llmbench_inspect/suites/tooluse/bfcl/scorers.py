"""Whether a model called what a question asks for, and in which way it did not."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from inspect_ai.model import ModelOutput
from inspect_ai.scorer import (
    CORRECT,
    INCORRECT,
    Score,
    Scorer,
    Target,
    accuracy,
    ci_wilson,
    grouped,
    scorer,
    stderr,
)
from inspect_ai.solver import TaskState

from llmbench_inspect.answers import was_cut_off
from llmbench_inspect.statistics import group_intervals
from llmbench_inspect.suites.tooluse.bench_metrics import baselines, failure_counts
from llmbench_inspect.suites.tooluse.bfcl.checker import Call, Fault, Problem
from llmbench_inspect.suites.tooluse.bfcl.verdict import verdict
from llmbench_inspect.suites.tooluse.failure_modes import FailureMode, is_call_as_text

_MODES: Final[Mapping[Problem, FailureMode]] = {
    "wrong_function": "wrong_tool",
    "missing_parameter": "wrong_argument",
    "unexpected_parameter": "wrong_argument",
    "wrong_type": "wrong_argument",
    "wrong_value": "wrong_argument",
}


@scorer(
    metrics=[
        accuracy(),
        stderr(),
        ci_wilson(),
        grouped(accuracy(), "category", all="groups", all_label="mean_of_categories"),
        group_intervals("category"),
        failure_counts(),
        baselines(),
    ]
)
def calls_are_accepted() -> Scorer:
    """Right when the calls are those that BFCL accepts; its own checker agrees."""

    async def score(state: TaskState, target: Target) -> Score:  # noqa: ARG001
        made = (state.output.message.tool_calls or []) if state.output.choices else []
        read = [Call(call.function, call.arguments) for call in made if not call.parse_error]
        found = verdict(state.metadata, read, unread=len(made) - len(read))
        mode = found and _mode(state.output, found, state.metadata)
        return Score(
            value=INCORRECT if found else CORRECT,
            answer=json.dumps([{call.function: call.arguments} for call in made], default=str),
            explanation=f"{mode}: {found.detail}" if found else "accepted",
            metadata={"failure_class": mode, "problem": found and found.problem},
        )

    return score


def _mode(output: ModelOutput, found: Fault, question: dict[str, Any]) -> FailureMode:
    calls = (output.message.tool_calls or []) if output.choices else []
    names = [function["name"] for function in question["functions"]]
    if not calls:
        if was_cut_off(output):
            return "limit"
        return "call_as_text" if is_call_as_text(output.completion, names) else "no_call"
    if any(call.parse_error for call in calls):
        return "malformed_arguments"
    if any(call.function not in names for call in calls):
        return "hallucinated_tool"
    if found.problem == "wrong_count":
        return "spurious_call" if len(calls) > len(question["accepted"]) else "no_call"
    return _MODES[found.problem]
