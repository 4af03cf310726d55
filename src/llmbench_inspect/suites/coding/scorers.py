"""The scores of a sample: one verdict on its answer, as a pass and as the share of tests passed."""

from __future__ import annotations

from collections.abc import Sequence

from inspect_ai.scorer import Score, Scorer, Target, scorer
from inspect_ai.solver import TaskState

from llmbench_inspect.judging import JudgingError, judging_failed, pass_score, sample_verdict
from llmbench_inspect.suites.coding.metrics import (
    execution_accuracy,
    outcome_shares,
    pass_at_k,
    time_to_solution,
    tokens_per_solved,
)


@scorer(metrics=[pass_at_k(), outcome_shares(), tokens_per_solved(), time_to_solution()], range=(0, 1))
def passes_tests(k: Sequence[int] = (1,)) -> Scorer:
    """1 when the answer passes all tests of its problem, else 0.

    Args:
        k: The k of each pass@k that the run reports.
    """

    async def score(state: TaskState, target: Target) -> Score:  # noqa: ARG001
        verdict = await sample_verdict(state)
        if isinstance(verdict, JudgingError):
            return judging_failed(verdict)
        usage = state.output.usage
        return pass_score(
            verdict,
            state.output,
            k=list(k),
            answer_seconds=state.output.time,
            tokens=usage.total_tokens if usage else None,
        )

    return score


@scorer(metrics=[execution_accuracy()], range=(0, 1))
def share_of_tests() -> Scorer:
    """The share of the problem's tests that the answer passes, 0 to 1."""

    async def score(state: TaskState, target: Target) -> Score:  # noqa: ARG001
        verdict = await sample_verdict(state)
        if isinstance(verdict, JudgingError):
            return judging_failed(verdict)
        return Score(
            value=verdict.tests_passed / verdict.tests,
            explanation=f"{verdict.tests_passed} of {verdict.tests} tests",
        )

    return score
