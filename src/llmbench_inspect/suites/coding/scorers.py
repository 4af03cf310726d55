"""The scores of a sample: one verdict on its answer, as a pass and as the share of tests passed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from weakref import WeakKeyDictionary

from inspect_ai.scorer import Score, Scorer, Target, scorer
from inspect_ai.solver import TaskState

from llmbench_inspect.answers import was_cut_off
from llmbench_inspect.suites.coding.execution import judge
from llmbench_inspect.suites.coding.metrics import (
    execution_accuracy,
    outcome_shares,
    pass_at_k,
    time_to_solution,
    tokens_per_solved,
)
from llmbench_inspect.suites.coding.problem import Problem
from llmbench_inspect.suites.coding.runners import runner_of_sample
from llmbench_inspect.suites.coding.verdict import JudgingError, Verdict

# What an answer comes to that ends in the middle.
_UNFINISHED: Final = {"no_code", "syntax_error"}

# All scorers of one pass over a sample share its state, and so one verdict; a later pass makes its own.
_verdicts: WeakKeyDictionary[TaskState, Verdict | JudgingError] = WeakKeyDictionary()


async def _verdict(state: TaskState) -> Verdict | JudgingError:
    if state not in _verdicts:
        problem = state.metadata_as(Problem)
        try:
            _verdicts[state] = await judge(problem, state.output.completion, run=runner_of_sample())
        except JudgingError as error:
            _verdicts[state] = error
    return _verdicts[state]


def _unscored(error: JudgingError) -> Score:
    return Score.unscored(reason="judging_failed", explanation=str(error))


@scorer(metrics=[pass_at_k(), outcome_shares(), tokens_per_solved(), time_to_solution()], range=(0, 1))
def passes_tests(k: Sequence[int] = (1,)) -> Scorer:
    """1 when the answer passes all tests of its problem, else 0.

    Args:
        k: The k of each pass@k that the run reports.
    """

    async def score(state: TaskState, target: Target) -> Score:  # noqa: ARG001
        verdict = await _verdict(state)
        if isinstance(verdict, JudgingError):
            return _unscored(verdict)
        usage, failure = state.output.usage, verdict.failure
        if failure in _UNFINISHED and was_cut_off(state.output):
            failure = "cut_off"
        return Score(
            value=float(verdict.passed),
            answer=verdict.program,
            explanation=f"{failure or 'solved'}: {verdict.message}",
            metadata={
                "k": list(k),
                "failure_class": failure,
                "tests": verdict.tests,
                "tests_passed": verdict.tests_passed,
                "tests_seconds": verdict.seconds,
                "answer_seconds": state.output.time,
                "tokens": usage.total_tokens if usage else None,
            },
        )

    return score


@scorer(metrics=[execution_accuracy()], range=(0, 1))
def share_of_tests() -> Scorer:
    """The share of the problem's tests that the answer passes, 0 to 1."""

    async def score(state: TaskState, target: Target) -> Score:  # noqa: ARG001
        verdict = await _verdict(state)
        if isinstance(verdict, JudgingError):
            return _unscored(verdict)
        return Score(
            value=verdict.tests_passed / verdict.tests,
            explanation=f"{verdict.tests_passed} of {verdict.tests} tests",
        )

    return score
