"""GSM8K as samples and as verdicts: word problems of school mathematics whose answer is one number.

K. Cobbe et al., "Training Verifiers to Solve Math Word Problems" (2021), arXiv:2110.14168.
"""

from __future__ import annotations

import random
import re
from fractions import Fraction
from typing import Any, Final

from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import ChatMessage, ChatMessageAssistant, ChatMessageUser
from inspect_ai.scorer import Score, Scorer, Target, accuracy, ci_wilson, scorer, stderr
from inspect_ai.solver import TaskState

from llmbench_inspect.answers import final_number, was_cut_off
from llmbench_inspect.data import DataSet
from llmbench_inspect.suites.knowledge.outcomes import OUTCOMES, outcome

MOST_SHOTS: Final = 8

_PROMPT: Final = (
    "Solve this problem step by step. Then write the result on a last line of its own, as a number "
    "without unit, in the form:\nANSWER: number\n\n{question}"
)
_CALCULATION: Final = re.compile(r"<<[^<>]*>>")


def gsm8k_dataset(test: DataSet, train: DataSet | None, *, shots: int, seed: int) -> MemoryDataset:
    """One sample a problem, in an order that the seed fixes.

    Args:
        test: The problems to solve.
        train: The problems that examples are taken from; `None` where there are no shots.
        shots: Number of examples, which come before each problem as earlier turns of the talk.
        seed: Chooses the examples and the order of the problems. Fewer shots are the first of more.
    """
    chance = random.Random(seed)  # noqa: S311
    examples = chance.sample(train.rows, MOST_SHOTS)[:shots] if train is not None else []
    turns = [turn for row in examples for turn in _example(row)]
    dataset = MemoryDataset(
        [_sample(row, number, turns) for number, row in enumerate(test.rows, 1)], name="gsm8k"
    )
    dataset.shuffle(seed)
    return dataset


def _example(row: dict[str, Any]) -> list[ChatMessage]:
    solution, target = _CALCULATION.sub("", row["answer"]).rsplit("####", 1)
    return [
        ChatMessageUser(content=_PROMPT.format(question=row["question"])),
        ChatMessageAssistant(content=f"{solution.strip()}\nANSWER: {target.strip()}"),
    ]


def _sample(row: dict[str, Any], number: int, turns: list[ChatMessage]) -> Sample:
    return Sample(
        id=f"test-{number:04}",
        input=[*turns, ChatMessageUser(content=_PROMPT.format(question=row["question"]))],
        target=row["answer"].rsplit("####", 1)[1].strip(),
    )


@scorer(metrics=[accuracy(), stderr(), ci_wilson(), OUTCOMES])
def final_number_is_right() -> Scorer:
    """Right when the number that the answer arrives at equals the target, however both are written."""

    async def score(state: TaskState, target: Target) -> Score:
        read = final_number(state.output.completion, marked_only=was_cut_off(state.output))
        return outcome(
            state.output,
            answer=None if read is None else _shown(read),
            target=target.text,
            right=read is not None and read == final_number(target.text),
        )

    return score


def _shown(number: Fraction) -> str:
    return str(number.numerator) if number.denominator == 1 else f"{float(number):.10g}"
