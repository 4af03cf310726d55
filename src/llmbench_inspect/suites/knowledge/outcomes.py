"""How a question was met, as a class in each score and as shares of all."""

from __future__ import annotations

from typing import Final, Literal

from inspect_ai.model import ModelOutput
from inspect_ai.scorer import CORRECT, INCORRECT, NOANSWER, Score

from llmbench_inspect.answers import was_cut_off
from llmbench_inspect.statistics import class_shares

FailureClass = Literal["cut_off", "no_answer", "wrong_answer"]

OUTCOMES: Final = class_shares("solved", "wrong_answer", "no_answer", "cut_off")
"""The share of the scored samples in each class."""


def outcome(output: ModelOutput, *, answer: str | None, target: str, right: bool) -> Score:
    """The score of an answer as it was read.

    Args:
        output: What the model gave.
        answer: The answer that was read out of it, `None` where there was none.
        target: The right answer.
        right: Whether they agree.
    """
    failure: FailureClass | None = None
    if not right:
        failure = "no_answer" if answer is None else "wrong_answer"
        if was_cut_off(output):
            failure = "cut_off"
    if right:
        value, reason = CORRECT, None
    elif answer is not None:
        value, reason = INCORRECT, None
    else:
        value = NOANSWER
        reason = "invalid_response_format" if output.completion.strip() else "no_response"
    return Score(
        value=value,
        answer=answer or "",
        reason=reason,
        explanation=f"{failure or 'solved'}: {answer or 'no answer'} read, {target} is right",
        metadata={"failure_class": failure},
    )
