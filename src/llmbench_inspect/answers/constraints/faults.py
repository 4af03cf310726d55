"""The verdict on an answer: which constraints it breaks, and in what way."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from inspect_ai.model import StopReason

from llmbench_inspect.answers.constraints.constraint import (
    FAILURE_CLASSES,
    Constraint,
    FailureClass,
    Problem,
)
from llmbench_inspect.answers.constraints.repair import Repair, repair
from llmbench_inspect.answers.reasoning import split_reasoning

MAX_ANSWER: Final = 200_000
"""Characters of the longest answer that is read; a longer one keeps no constraint."""
WHOLE: Final = "answer"
"""The code of faults that concern the answer as a whole."""

_ORDER: Final = tuple(FAILURE_CLASSES)
_MOST_PROBLEMS: Final = 20
# What a check says of a text that it could not read.
_HIDING: Final[frozenset[FailureClass]] = frozenset({"wrong_type", "truncated", "fence", "prose"})
_REFUSAL_WITHIN: Final = 200
_REFUSAL: Final = re.compile(
    r"\bI(?:['\u2019]m| am) (?:sorry|unable|not able)\b"
    r"|\bI (?:can(?:['\u2019]t|not| not)|won['\u2019]t|will not)\b"
    r"|\bI do(?:n['\u2019]t| not) have (?:access|the ability)\b"
    r"|\bas an? (?:AI|(?:large )?language model)\b"
    r"|\bunable to (?:help|assist|comply|provide)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Fault:
    """One way in which an answer misses what was asked for."""

    constraint: str
    """Code of the constraint that is broken, or `answer` for the answer as a whole."""
    failure: FailureClass
    """The class."""
    detail: str
    """What is wrong, in words for people."""


def faults(
    answer: str, constraints: Sequence[Constraint], *, stop_reason: StopReason = "stop"
) -> list[Fault]:
    """How an answer breaks constraints.

    Reasoning in think tags is taken away first; what of it cannot be told from the answer is a fault of
    its own. A constraint that holds once Markdown or words around the answer are taken off is broken by
    these alone; one that then is broken otherwise is broken by both.

    Args:
        answer: What the model wrote, as it was sent. Hostile; read in bounded time.
        constraints: What the answer was to keep.
        stop_reason: Why the answer ended: one that broke constraints at a limit is `truncated`, and one that
            the provider filtered is a `refusal`.

    Returns:
        Nothing where all hold; otherwise the faults in the order of `FailureClass`, so that the first says
        what went wrong. A constraint that is broken has at least one with its code.
    """
    if len(answer) > MAX_ANSWER:
        too_long = f"more than {MAX_ANSWER} characters"
        return _everywhere("wrong_count", too_long, constraints)
    spoken = split_reasoning(answer)
    cut_off = stop_reason in {"max_tokens", "model_length"}
    if not spoken.answer:
        if stop_reason == "content_filter":
            return _everywhere("refusal", "the provider filtered it", constraints)
        if cut_off:
            return _everywhere("truncated", "it ended before the answer began", constraints)
        if spoken.leaked:
            return _everywhere("reasoning_leak", "nothing but reasoning that never ends", constraints)
        return _everywhere("empty", "there is no answer", constraints)
    found = list(_broken(spoken.answer, constraints))
    if found and cut_off:
        found.append(Fault(WHOLE, "truncated", f"it ended at a limit: {stop_reason}"))
    if found and (
        stop_reason == "content_filter" or _REFUSAL.search(spoken.answer[:_REFUSAL_WITHIN]) is not None
    ):
        found.append(Fault(WHOLE, "refusal", spoken.answer[:100]))
    if spoken.leaked:
        found.append(Fault(WHOLE, "reasoning_leak", "reasoning outside of a pair of think tags at the start"))
    return sorted(found, key=lambda fault: _ORDER.index(fault.failure))


def _everywhere(failure: FailureClass, detail: str, constraints: Sequence[Constraint]) -> list[Fault]:
    codes = dict.fromkeys([WHOLE, *(constraint.code for constraint in constraints)])
    return [Fault(code, failure, detail) for code in codes]


def _broken(text: str, constraints: Sequence[Constraint]) -> Iterator[Fault]:
    mended = repair(text)
    for constraint in constraints:
        for problem in _problems(constraint, text, mended):
            yield Fault(constraint.code, problem.failure, problem.detail)


def _problems(constraint: Constraint, text: str, mended: Repair) -> list[Problem]:
    as_sent = list(islice(constraint.problems(text), _MOST_PROBLEMS))
    if not as_sent or not mended.removed or not mended.text:
        return as_sent
    within = list(islice(constraint.problems(mended.text), _MOST_PROBLEMS))
    # Where the check could read the answer as it was sent, what stands around it did not hide anything.
    hidden = as_sent[0].failure in _HIDING and [one.failure for one in within] != [
        one.failure for one in as_sent
    ]
    if within and not hidden:
        return as_sent
    details = {"fence": "Markdown around the answer", "prose": "words around the answer"}
    return [*(Problem(kind, details[kind]) for kind in mended.removed), *within]
