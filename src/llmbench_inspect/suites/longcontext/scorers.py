"""The scores of a sample: right, in form, and what it took; none where the prompt was cut."""

from __future__ import annotations

from typing import Final, get_args

from inspect_ai.scorer import Score, Scorer, Target, accuracy, ci_wilson, grouped, mean, scorer
from inspect_ai.solver import TaskState

from llmbench_inspect.answers import was_cut_off
from llmbench_inspect.answers.constraints import Fault, faults, read_constraints
from llmbench_inspect.suites.longcontext.cells import Cell, Kind
from llmbench_inspect.suites.longcontext.metrics import (
    effective_length,
    growth,
    quantiles_by_length,
    rate_by,
    statuses,
)
from llmbench_inspect.suites.longcontext.reading import given, is_right
from llmbench_inspect.suites.longcontext.ruler import Status
from llmbench_inspect.suites.longcontext.solvers import LongPrompt
from llmbench_inspect.telemetry import Call, ModelCalls

_MOST: Final = 1e9
"""Tells readers that a figure is no rate from 0 to 1."""
_KNOWN_SHARE: Final = 0.1
"""Of a prompt's tokens; where the server has more of them in its cache, the time to the first says little."""
_RATE: Final = [accuracy(), ci_wilson(), rate_by("length")]


@scorer(metrics=[*_RATE, rate_by("depth"), rate_by("length", "depth"), effective_length()], range=(0, 1))
def right() -> Scorer:
    """1 when the answer is right, else 0.

    Right is an answer that settles on the target; where the request is about form alone, one that keeps
    all its constraints.
    """

    async def score(state: TaskState, target: Target) -> Score:
        if (refused := _not_asked(state)) is not None:
            return refused
        cell = state.metadata_as(Cell)
        found = _faults(state, cell)
        if not cell.candidate:
            failure = found[0].failure if found else None
            return Score(
                value=float(not found),
                answer=state.output.completion,
                explanation=_told(found) or "all constraints hold",
                metadata={"failure_class": failure, "faults": [fault.failure for fault in found]},
            )
        settled = given(state.output.completion, cell.candidate)
        good = is_right(settled, list(target))
        failure = None if good else "wrong_answer" if settled else "no_answer"
        if failure is not None and was_cut_off(state.output):
            failure = "cut_off"
        return Score(
            value=float(good),
            answer=", ".join(settled[-8:]),
            explanation=f"{failure or 'solved'}: {', '.join(settled[-8:]) or 'nothing'} read, "
            f"{', '.join(target)} is right",
            metadata={"failure_class": failure},
        )

    return score


@scorer(metrics=_RATE, range=(0, 1))
def form() -> Scorer:
    """1 when the answer has the form that was asked for, right or wrong, and nothing around it, else 0."""

    async def score(state: TaskState, target: Target) -> Score:  # noqa: ARG001
        if (refused := _not_asked(state)) is not None:
            return refused
        cell = state.metadata_as(Cell)
        found = _faults(state, cell)
        if not cell.candidate:
            found = [fault for fault in found if fault.failure != "wrong_value"]
        return Score(
            value=float(not found),
            explanation=_told(found) or "the form is kept",
            metadata={"faults": [fault.failure for fault in found]},
        )

    return score


@scorer(metrics=[mean(), grouped(mean(), "length", all=False)], range=(0, _MOST))
def recall() -> Scorer:
    """The share of the keys asked for that the answer gives, 0 to 1, in whatever order."""

    async def score(state: TaskState, target: Target) -> Score:
        if (refused := _not_asked(state)) is not None:
            return refused
        cell = state.metadata_as(Cell)
        found = {one.casefold() for one in given(state.output.completion, cell.candidate)}
        share = sum(one.casefold() in found for one in target) / len(target)
        return Score(value=share, explanation=f"{share:.0%} of {len(target)} keys")

    return score


@scorer(metrics=[mean(), grouped(mean(), "length", all=False)], range=(0, _MOST))
def input_tokens() -> Scorer:
    """Tokens of the prompt as the model's server counted them."""

    async def score(state: TaskState, target: Target) -> Score:  # noqa: ARG001
        kept = state.store_as(LongPrompt)
        if kept.counted is None:
            return _not_asked(state) or Score.unscored(
                reason="not counted", explanation="the server does not say how many tokens it read"
            )
        return Score(
            value=kept.counted,
            explanation=f"{kept.counted:,} counted, {kept.expected:,} expected, "
            f"{kept.estimate:,} by tiktoken, {kept.room:,} kept for the answer",
        )

    return score


@scorer(metrics=[quantiles_by_length(), growth()], range=(0, _MOST), timed=True)
def ttft_s() -> Scorer:
    """Seconds to the first token."""

    async def score(state: TaskState, target: Target) -> Score:  # noqa: ARG001
        call = _timed(state)
        if isinstance(call, Score):
            return call
        if call.ttft is None:
            return Score.unscored(reason="not streamed", explanation=call.unavailable)
        return _seconds(state, call.ttft)

    return score


@scorer(metrics=[quantiles_by_length(), growth()], range=(0, _MOST), timed=True)
def latency_s() -> Scorer:
    """Seconds from the request to the last token."""

    async def score(state: TaskState, target: Target) -> Score:  # noqa: ARG001
        call = _timed(state)
        return call if isinstance(call, Score) else _seconds(state, call.seconds)

    return score


@scorer(metrics=[statuses(*get_args(Status))])
def prompt() -> Scorer:
    """What became of the prompt, as a word: `whole` where it was read to its last token."""

    async def score(state: TaskState, target: Target) -> Score:  # noqa: ARG001
        kept = state.store_as(LongPrompt)
        known = f"{kept.window:,} tokens" if kept.window else "unknown"
        return Score(
            value=kept.status,
            explanation=f"{kept.why or 'read to the last token'}; window: {known} (by {kept.window_source})",
            metadata={"head": kept.head, "tail": kept.tail},
        )

    return score


def long_context_scorers(kind: Kind) -> list[Scorer]:
    """The scorers of a kind of question."""
    several = [recall()] if kind == "multi_needle" else []
    return [right(), form(), *several, input_tokens(), ttft_s(), latency_s(), prompt()]


def _not_asked(state: TaskState) -> Score | None:
    """Why a sample has no score; `None` where it has one."""
    kept = state.store_as(LongPrompt)
    return None if kept.status == "whole" else Score.unscored(reason=kept.status, explanation=kept.why)


def _faults(state: TaskState, cell: Cell) -> list[Fault]:
    constraints = read_constraints(cell.form, where=str(state.sample_id))
    return faults(state.output.completion, constraints, stop_reason=state.output.stop_reason)


def _told(found: list[Fault]) -> str:
    return "; ".join(f"{fault.failure}: {fault.detail}" for fault in found)


def _timed(state: TaskState) -> Call | Score:
    """The call of the question, or why its times say nothing."""
    if (refused := _not_asked(state)) is not None:
        return refused
    calls = state.store_as(ModelCalls).calls
    counted = state.store_as(LongPrompt).counted
    if not calls:
        return Score.unscored(reason="not timed", explanation="the call had no clock: see telemetry.timed")
    if counted is None:
        return Score.unscored(
            reason="not counted", explanation="times are of no use without a count of tokens"
        )
    call = calls[-1]
    if (call.cached_tokens or 0) > _KNOWN_SHARE * counted:
        return Score.unscored(
            reason="in the cache",
            explanation=f"{call.cached_tokens:,} of {counted:,} tokens were in the server's cache",
        )
    return call


def _seconds(state: TaskState, seconds: float) -> Score:
    counted = state.store_as(LongPrompt).counted
    return Score(value=seconds, explanation=f"{counted:,} tokens read", metadata={"input_tokens": counted})
