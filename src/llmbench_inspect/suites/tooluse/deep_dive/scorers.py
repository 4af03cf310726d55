"""Whether a question was answered, how right the calls were, and what the answer cost."""

from __future__ import annotations

import math
from statistics import fmean

from inspect_ai.model import ChatMessage
from inspect_ai.scorer import Score, Scorer, Target, accuracy, ci_wilson, scorer, stderr
from inspect_ai.solver import TaskState

from llmbench_inspect.answers import was_cut_off
from llmbench_inspect.suites.tooluse.bench_metrics import amounts, baselines, failure_counts, shares
from llmbench_inspect.suites.tooluse.calls import Call, calls_of
from llmbench_inspect.suites.tooluse.deep_dive.answers import is_right
from llmbench_inspect.suites.tooluse.deep_dive.dataset import question_of
from llmbench_inspect.suites.tooluse.deep_dive.probes import Readings
from llmbench_inspect.suites.tooluse.deep_dive.questions import Measured, Question
from llmbench_inspect.suites.tooluse.deep_dive.tools import TOOLS
from llmbench_inspect.suites.tooluse.failure_modes import failure_mode
from llmbench_inspect.suites.tooluse.matching import match
from llmbench_inspect.telemetry import ModelCalls


@scorer(metrics=[accuracy(), stderr(), ci_wilson(), shares(), failure_counts(), baselines()], range=(0, 1))
def answered() -> Scorer:
    """1 when the answer is what the machine says, and the calls that tell it were made, else 0."""

    async def score(state: TaskState, target: Target) -> Score:
        question, talk = question_of(state.metadata), _talk(state)
        calls = calls_of(talk, tools=TOOLS)
        right, mode = _is_right(state, question), None
        done = right and _asked(question, calls)
        if not done:
            limited = was_cut_off(state.output) or bool(talk and talk[-1].role == "tool")
            mode = failure_mode(talk, tools=TOOLS, expected=question.calls, hit_limit=limited)
        return Score(
            value=float(done),
            answer=state.output.completion,
            explanation=f"{mode or 'answered'}: the answer is {'right' if right else 'wrong'}, "
            f"{target.text} is right; {len(calls)} calls",
            metadata={
                "failure_class": mode,
                "limit": "turns" if talk and talk[-1].role == "tool" else None,
                "answer_right": right,
            },
        )

    return score


@scorer(
    metrics={
        "call_accuracy": [shares()],
        "parameters": [shares()],
        "spurious_calls": [amounts()],
        "calls_per_completed": [amounts()],
        "tokens_per_completed": [amounts()],
    }
)
def calls_made() -> Scorer:
    """How the calls were; a measure that says nothing about a sample is NaN there.

    - `call_accuracy`: matched / (matched + missing + spurious) calls.
    - `parameters`: the share of right arguments, over the matched calls that take any.
    - `spurious_calls`: calls that the question did not need.
    - `calls_per_completed`, `tokens_per_completed`: of the samples that are answered; a token is one that
      the evaluated model read or wrote.
    """

    async def score(state: TaskState, target: Target) -> Score:  # noqa: ARG001
        question = question_of(state.metadata)
        calls = calls_of(_talk(state), tools=TOOLS)
        found = match(calls, question.calls)
        shares_right = [
            share for place, share in found.parameters.items() if question.calls[place].ways[0].arguments
        ]
        every = len(found.matched) + len(found.missing) + len(found.spurious)
        done = _is_right(state, question) and _asked(question, calls)
        return Score(
            value={
                "call_accuracy": len(found.matched) / every,
                "parameters": fmean(shares_right) if shares_right else math.nan,
                "spurious_calls": len(found.spurious),
                "calls_per_completed": len(calls) if done else math.nan,
                "tokens_per_completed": _tokens(state) if done else math.nan,
            },
            metadata={
                "calls": [call.tool for call in calls],
                "missing": [question.calls[place].ways[0].tool for place in found.missing],
                "spurious": [call.tool for call in found.spurious],
            },
        )

    return score


def _tokens(state: TaskState) -> float:
    told = state.store_as(ModelCalls).total_tokens
    return math.nan if told is None else float(told)


def _talk(state: TaskState) -> list[ChatMessage]:
    """The conversation without what was there before the first turn: examples hold calls too."""
    given = len(state.input) if not isinstance(state.input, str) else 1
    return state.messages[given:]


def _is_right(state: TaskState, question: Question) -> bool:
    return is_right(state.output.completion, question, state.store_as(Readings).readings)


def _asked(question: Question, calls: list[Call]) -> bool:
    """Whether the calls that tell the answer were made: one that is guessed right is none."""
    heard = [call for call in calls if call.answered and not call.failed]
    if isinstance(question.answer, Measured):
        # An argument is only a unit there, which a model may convert.
        return {call.tool for call in heard}.issuperset(call.ways[0].tool for call in question.calls)
    found = match(heard, question.calls)
    return not found.missing and all(share == 1 for share in found.parameters.values())
