"""The verdict on a sample's answer, and the score that it makes."""

from __future__ import annotations

from typing import Any, Final
from weakref import WeakKeyDictionary

from inspect_ai.model import ModelOutput
from inspect_ai.scorer import Score
from inspect_ai.solver import TaskState

from llmbench_inspect.answers import was_cut_off
from llmbench_inspect.judging.execution import judge
from llmbench_inspect.judging.problem import Problem
from llmbench_inspect.judging.runners import runner_of_sample
from llmbench_inspect.judging.verdict import JudgingError, Verdict

# What an answer comes to that ends in the middle.
_UNFINISHED: Final = {"no_code", "syntax_error"}

# All scorers of one pass over a sample share its state, and so one verdict; a later pass makes its own.
_verdicts: WeakKeyDictionary[TaskState, Verdict | JudgingError] = WeakKeyDictionary()


async def sample_verdict(state: TaskState) -> Verdict | JudgingError:
    """Judge the answer of a sample whose metadata is its `Problem`, in its sandbox, once a state."""
    if state not in _verdicts:
        problem = state.metadata_as(Problem)
        try:
            _verdicts[state] = await judge(problem, state.output.completion, run=runner_of_sample())
        except JudgingError as error:
            _verdicts[state] = error
    return _verdicts[state]


def judging_failed(error: JudgingError) -> Score:
    """The score of a sample whose judging failed: none."""
    return Score.unscored(reason="judging_failed", explanation=str(error))


def pass_score(verdict: Verdict, output: ModelOutput, **noted: Any) -> Score:
    """1 when the answer passes all tests, else 0, with its failure class.

    Args:
        verdict: What came of the answer.
        output: The answer; one that is not whole because it was cut off has the class `cut_off`.
        **noted: What else the score's metadata holds.
    """
    failure = verdict.failure
    if failure in _UNFINISHED and was_cut_off(output):
        failure = "cut_off"
    return Score(
        value=float(verdict.passed),
        answer=verdict.program,
        explanation=f"{failure or 'solved'}: {verdict.message}",
        metadata={
            **noted,
            "failure_class": failure,
            "tests": verdict.tests,
            "tests_passed": verdict.tests_passed,
            "tests_seconds": verdict.seconds,
        },
    )
