"""Whether a model called what a question asks for, and in which way it did not."""

from __future__ import annotations

import json
import math
from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any, Final, cast

from inspect_ai.model import ModelOutput
from inspect_ai.scorer import (
    CORRECT,
    INCORRECT,
    Metric,
    MetricProtocol,
    SampleScore,
    Score,
    Scorer,
    Target,
    Value,
    accuracy,
    ci_wilson,
    grouped,
    metric,
    scorer,
    stderr,
)
from inspect_ai.solver import TaskState

from llmbench_inspect.answers import was_cut_off
from llmbench_inspect.suites.tooluse.bfcl.categories import CATEGORIES
from llmbench_inspect.suites.tooluse.bfcl.checker import Call, Fault, Problem, fault
from llmbench_inspect.suites.tooluse.failure_modes import FailureMode, is_call_as_text

_MODES: Final[Mapping[Problem, FailureMode]] = {
    "wrong_function": "wrong_tool",
    "missing_parameter": "wrong_argument",
    "unexpected_parameter": "wrong_argument",
    "wrong_type": "wrong_argument",
    "wrong_value": "wrong_argument",
}
_POSSIBLE: Final[tuple[FailureMode, ...]] = (
    "limit",
    "call_as_text",
    "no_call",
    "hallucinated_tool",
    "malformed_arguments",
    "wrong_argument",
    "wrong_tool",
    "spurious_call",
)


@metric
def category_intervals() -> Metric:
    """Both ends of Wilson's 95 % interval of the accuracy in each category."""
    wilson = cast("MetricProtocol", ci_wilson())

    def compute(scores: list[SampleScore]) -> Value:
        groups: defaultdict[str, list[SampleScore]] = defaultdict(list)
        for score in scores:
            groups[(score.sample_metadata or {})["category"]].append(score)
        return {
            f"{category}_{end}": bound
            for category, group in groups.items()
            for end, bound in cast("Mapping[str, float]", wilson(group)).items()
        }

    return compute


@metric(scores="unreduced")
def failure_modes() -> Metric:
    """The share of the scored samples that failed in each way."""

    def compute(scores: list[SampleScore]) -> Value:
        modes = Counter((score.score.metadata or {}).get("failure_class") for score in scores)
        return {mode: modes[mode] / len(scores) if scores else math.nan for mode in _POSSIBLE}

    return compute


@scorer(
    metrics=[
        accuracy(),
        stderr(),
        ci_wilson(),
        grouped(accuracy(), "category", all="groups", all_label="mean_of_categories"),
        category_intervals(),
        failure_modes(),
    ]
)
def calls_are_accepted() -> Scorer:
    """Right when the calls are those that BFCL accepts; its own checker agrees."""

    async def score(state: TaskState, target: Target) -> Score:  # noqa: ARG001
        functions, accepted = state.metadata["functions"], state.metadata["accepted"]
        found = _fault(state.output, state.metadata["category"], functions, accepted)
        mode = found and _mode(state.output, found, functions, accepted)
        return Score(
            value=INCORRECT if found else CORRECT,
            answer=json.dumps(
                [{call.function: call.arguments} for call in state.output.message.tool_calls or ()]
                if state.output.choices
                else [],
                default=str,
            ),
            explanation=f"{mode}: {found.detail}" if found else "accepted",
            metadata={"failure_class": mode, "problem": found and found.problem},
        )

    return score


def _fault(output: ModelOutput, category: str, functions: list[Any], accepted: list[Any]) -> Fault | None:
    calls = (output.message.tool_calls or []) if output.choices else []
    match CATEGORIES[category]:
        case "no_call":
            return Fault("wrong_count", f"{len(calls)} calls, none is needed") if calls else None
        case "any_call":
            read = any(call.parse_error is None for call in calls)
            return None if read else Fault("wrong_count", "no call that can be read")
        case right:
            return fault(
                # BFCL takes no call from an answer in which one cannot be read.
                []
                if any(call.parse_error for call in calls)
                else [Call(call.function, call.arguments) for call in calls],
                functions,
                accepted,
                one_function=right == "one_function",
            )


def _mode(output: ModelOutput, found: Fault, functions: list[Any], accepted: list[Any]) -> FailureMode:
    calls = (output.message.tool_calls or []) if output.choices else []
    names = [function["name"] for function in functions]
    if not calls:
        if was_cut_off(output):
            return "limit"
        return "call_as_text" if is_call_as_text(output.completion, names) else "no_call"
    if any(call.function not in names for call in calls):
        return "hallucinated_tool"
    if any(call.parse_error for call in calls):
        return "malformed_arguments"
    if found.problem == "wrong_count":
        return "spurious_call" if len(calls) > len(accepted) else "no_call"
    return _MODES[found.problem]
