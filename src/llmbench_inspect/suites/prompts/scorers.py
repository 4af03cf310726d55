"""The scores of an answer: as it was sent, after repair, under a schema, and by constraint."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from inspect_ai.model import ModelOutput
from inspect_ai.scorer import (
    CORRECT,
    INCORRECT,
    Metric,
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

from llmbench_inspect.answers import split_reasoning
from llmbench_inspect.answers.constraints import (
    FAILURE_CLASSES,
    Constraint,
    Fault,
    JsonSchema,
    faults,
    read_constraints,
)
from llmbench_inspect.answers.constraints import repaired as repaired_answer
from llmbench_inspect.statistics import class_shares, group_intervals
from llmbench_inspect.suites.prompts.metrics import (
    PASSED,
    latency,
    schema_kept,
    without_schema,
)
from llmbench_inspect.suites.prompts.schema_mode import schema_of
from llmbench_inspect.suites.prompts.solvers import UnderSchema
from llmbench_inspect.telemetry import ModelCalls

_SHOWN: Final = 2_000
_RATE: Final[list[Metric]] = [accuracy(), stderr(), ci_wilson()]
_CLASSES: Final = class_shares(PASSED, *FAILURE_CLASSES)
_BY_FORM: Final = (grouped(accuracy(), "form", all=False), group_intervals("form"))


@scorer(metrics=[*_RATE, _CLASSES, latency(), *_BY_FORM])
def objective_pass() -> Scorer:
    """Right when the answer, as it was sent, keeps every constraint; reasoning in think tags left out."""

    async def score(state: TaskState, target: Target) -> Score:  # noqa: ARG001
        output = state.output
        return _no_answer(output) or _score(
            output.completion, _faults(output, _constraints(state)), _seconds(state)
        )

    return score


@scorer(metrics=[*_RATE, _CLASSES, *_BY_FORM])
def repaired() -> Scorer:
    """Right when the answer keeps every constraint as it was sent, or after the rules of repair."""

    async def score(state: TaskState, target: Target) -> Score:  # noqa: ARG001
        output, constraints = state.output, _constraints(state)
        if unscored := _no_answer(output):
            return unscored
        as_sent = _faults(output, constraints)
        mended = repaired_answer(output.completion)
        left = faults(mended, constraints, stop_reason=output.stop_reason) if as_sent and mended else as_sent
        return _score(mended if as_sent else output.completion, left, None)

    return score


@scorer(name="constrained", metrics=[*_RATE, _CLASSES, latency(), schema_kept(), without_schema()])
def under_schema() -> Scorer:
    """Right when the answer that was given under the sample's schema keeps every constraint."""

    async def score(state: TaskState, target: Target) -> Score:  # noqa: ARG001
        under, constraints = state.store_as(UnderSchema), _constraints(state)
        schema = schema_of(constraints)
        if not under.asked or schema is None:
            return Score.unscored(reason="no_schema", explanation="the sample asks for no JSON object")
        if under.sent is False:
            return Score.unscored(
                reason="schema_not_sent",
                explanation=f"the provider of {state.model} puts no schema into its requests",
            )
        if under.output is None:
            return Score.unscored(reason="no_answer", explanation="the call under the schema gave nothing")
        if unscored := _no_answer(under.output):
            return unscored
        found = _score(under.output.completion, _faults(under.output, constraints), under.seconds)
        free = _no_answer(state.output) is None and not _faults(state.output, constraints)
        kept = not faults(under.output.completion, [JsonSchema.model_validate({"schema": schema})])
        found.metadata = (found.metadata or {}) | {
            "passes_without_schema": free,
            # An answer that was cut off says nothing about who cut it short of the schema.
            "schema_kept": None if under.output.stop_reason in {"max_tokens", "model_length"} else kept,
        }
        return found

    return score


@scorer(metrics=_RATE)
def success() -> Scorer:
    """Right when an answer came, whatever it is; reasoning alone is none."""

    async def score(state: TaskState, target: Target) -> Score:  # noqa: ARG001
        if unscored := _no_answer(state.output):
            return unscored
        answer = split_reasoning(state.output.completion).answer
        return Score(value=CORRECT if answer else INCORRECT, answer=answer[:_SHOWN])

    return score


@scorer(metrics={"*": [accuracy(), ci_wilson()]})
def constraints_kept(codes: Sequence[str]) -> Scorer:
    """For each constraint 1 where the answer as sent keeps it, and 0 where not; nothing where none asks it.

    Args:
        codes: Of all constraints of the run.
    """

    async def score(state: TaskState, target: Target) -> Score:  # noqa: ARG001
        if unscored := _no_answer(state.output):
            return unscored
        constraints = _constraints(state)
        named = {constraint.code for constraint in constraints}
        broken = {fault.constraint for fault in _faults(state.output, constraints)}
        return Score(value={code: float(code not in broken) if code in named else math.nan for code in codes})

    return score


def _constraints(state: TaskState) -> tuple[Constraint, ...]:
    return read_constraints(state.metadata["constraints"], where=f"sample {state.sample_id}")


def _faults(output: ModelOutput, constraints: Sequence[Constraint]) -> list[Fault]:
    return faults(output.completion, constraints, stop_reason=output.stop_reason)


def _no_answer(output: ModelOutput) -> Score | None:
    """An unscored score where the provider is to blame that there is nothing to judge."""
    if output.choices and (output.completion or not output.error):
        return None
    return Score.unscored(reason="no_answer", explanation=output.error or "the provider gave no answer")


def _seconds(state: TaskState) -> float | None:
    calls = state.store_as(ModelCalls).calls
    return calls[-1].seconds if calls else None


def _score(answer: str, found: Sequence[Fault], seconds: float | None) -> Score:
    told = [f"{fault.failure} ({fault.constraint}): {fault.detail}" for fault in found]
    return Score(
        value=INCORRECT if found else CORRECT,
        answer=answer[:_SHOWN],
        explanation="\n".join(told) or PASSED,
        metadata={
            "failure_class": found[0].failure if found else None,
            "faults": [[fault.constraint, fault.failure] for fault in found],
            "seconds": seconds,
        },
    )
