"""MMLU as samples and as verdicts: questions of 57 subjects, each with four choices.

D. Hendrycks et al., "Measuring Massive Multitask Language Understanding" (2021), arXiv:2009.03300.
"""

from __future__ import annotations

import math
import random
from collections import Counter, defaultdict
from collections.abc import Set as AbstractSet
from itertools import chain, zip_longest
from typing import Any, Final

from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import ChatMessage, ChatMessageAssistant, ChatMessageUser
from inspect_ai.scorer import (
    Metric,
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
from inspect_ai.solver import MultipleChoiceTemplate, TaskState

from llmbench_inspect.answers import final_letter
from llmbench_inspect.data import DataSet
from llmbench_inspect.statistics import group_intervals
from llmbench_inspect.suites.knowledge.outcomes import OUTCOMES, outcome
from llmbench_inspect.suites.knowledge.subjects import SUBJECTS

_LETTERS: Final = "ABCD"


def mmlu_dataset(
    test: DataSet, dev: DataSet | None, *, subjects: AbstractSet[str], shuffle_choices: bool, seed: int
) -> MemoryDataset:
    """One sample a question, without duplicates, the subjects taking turns.

    Any first part of the dataset holds each subject about as often as any other: with `--limit 57`
    once. A question that stands in the set twice, its choices and its answer too, is asked where it
    stands first.

    Args:
        test: The questions to ask.
        dev: Five examples a subject, which come before each question as earlier turns of the talk;
            `None` for none.
        subjects: The subjects to ask about.
        shuffle_choices: Whether the choices change their places.
        seed: Chooses the order of questions and choices, the same for a question whatever the subjects.
    """
    examples: defaultdict[str, list[ChatMessage]] = defaultdict(list)
    for row in dev.rows if dev is not None else ():
        examples[row["subject"]] += _example(row)
    by_subject: dict[str, list[Sample]] = {subject: [] for subject in SUBJECTS}
    numbers: Counter[str] = Counter()
    met: set[tuple[Any, ...]] = set()
    for row in test.rows:
        subject = row["subject"]
        numbers[subject] += 1
        content = (row["question"], *row["choices"], row["answer"])
        if content not in met:
            met.add(content)
            by_subject[subject].append(_sample(row, numbers[subject], examples[subject]))
    chance = random.Random(seed)  # noqa: S311
    dataset = MemoryDataset(_taking_turns(list(by_subject.values()), chance), name="mmlu")
    if shuffle_choices:
        dataset.shuffle_choices(seed)
    return MemoryDataset(
        [sample for sample in dataset if (sample.metadata or {})["subject"] in subjects], name="mmlu"
    )


def _taking_turns(groups: list[list[Sample]], chance: random.Random) -> list[Sample]:
    chance.shuffle(groups)
    for group in groups:
        chance.shuffle(group)
    return [sample for sample in chain.from_iterable(zip_longest(*groups)) if sample is not None]


def _example(row: dict[str, Any]) -> list[ChatMessage]:
    choices = "\n".join(
        f"{letter}) {choice}" for letter, choice in zip(_LETTERS, row["choices"], strict=True)
    )
    question = MultipleChoiceTemplate.SINGLE_ANSWER.value.format(
        question=row["question"], choices=choices, letters=",".join(_LETTERS)
    )
    return [
        ChatMessageUser(content=question),
        ChatMessageAssistant(content=f"ANSWER: {_LETTERS[row['answer']]}"),
    ]


def _sample(row: dict[str, Any], number: int, turns: list[ChatMessage]) -> Sample:
    return Sample(
        id=f"{row['subject']}-{number:04}",
        input=[*turns, ChatMessageUser(content=row["question"])],
        choices=row["choices"],
        target=_LETTERS[row["answer"]],
        metadata={"subject": row["subject"], "discipline": SUBJECTS[row["subject"]]},
    )


@metric(scores="unreduced")
def answered() -> Metric:
    """The share of the answers that named each letter, and that named none."""

    def compute(scores: list[SampleScore]) -> Value:
        letters = Counter(score.score.answer or "none" for score in scores)
        return {
            f"answered_{name}": letters[name] / len(scores) if scores else math.nan
            for name in (*_LETTERS, "none")
        }

    return compute


@scorer(
    metrics=[
        accuracy(),
        stderr(),
        ci_wilson(),
        OUTCOMES,
        answered(),
        grouped(accuracy(), "discipline", all=False),
        group_intervals("discipline"),
        grouped(accuracy(), "subject", all="groups", all_label="mean_of_subjects"),
    ]
)
def chosen_letter_is_right() -> Scorer:
    """Right when the letter that the answer settles on is the target."""

    async def score(state: TaskState, target: Target) -> Score:
        letter = final_letter(state.output.completion)
        return outcome(state.output, answer=letter, target=target.text, right=letter == target.text)

    return score
