"""Whether what a model says in the end is what the machine says.

The answer is read off the last line that begins with `ANSWER:`; without one, the whole text is read, and
has to be clear: one value, and no wrong one beside it. Markdown around it, letter case, and units and words
beside the value do not matter.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

from llmbench_inspect.answers import final_number
from llmbench_inspect.answers.reasoning import without_reasoning
from llmbench_inspect.suites.tooluse.deep_dive.probes import Reading
from llmbench_inspect.suites.tooluse.deep_dive.questions import Known, Measured, Question

MAX_READ: Final = 20_000

_MARK: Final = re.compile(
    r"^[\s>*_#`-]{0,10}ANSWER[\s*_`]{0,5}:[*_`]{0,3}(.*)$", re.IGNORECASE | re.MULTILINE
)
_TOKEN: Final = re.compile(r"[\w/.:-]{1,200}")
_NUMBER: Final = re.compile(r"\d{1,3}(?:,\d{3}){1,9}(?!\d)|\d{1,30}(?:\.\d{1,30})?")
_RELATIVE: Final[Mapping[str, float]] = {"memory_info": 0.02}
"""By how much a reading may have changed beyond those that were taken, as a share of it."""
_ROUNDING: Final = 0.1


def is_right(completion: str, question: Question, readings: Sequence[Reading]) -> bool:
    """Whether a final answer is right.

    Args:
        completion: What the model wrote last.
        question: The question.
        readings: What the tools said in this sample, before and after the answer too.
    """
    text = without_reasoning(completion)[-MAX_READ:]
    marked = _MARK.findall(text)
    said = marked[-1].strip() if marked else text
    if isinstance(question.answer, Known):
        return _is_known(said, question.answer)
    return _is_measured(said, question, question.answer, readings)


def _is_known(said: str, answer: Known) -> bool:
    if answer.kind == "number":
        numbers = {Fraction(number.replace(",", "")) for number in _NUMBER.findall(said)}
        return numbers == set(map(Fraction, answer.values))
    words = _words(said)
    return words.issuperset(answer.values) and words.isdisjoint(answer.others)


def _words(text: str) -> set[str]:
    """The words of a text; of a path its last part."""
    tokens = (token.casefold().strip(".:-").rstrip("/") for token in _TOKEN.findall(text))
    return {token.rsplit("/", 1)[-1] for token in tokens}


def _is_measured(said: str, question: Question, answer: Measured, readings: Sequence[Reading]) -> bool:
    items = said.split(",") if len(answer.fields) > 1 else [said]
    if len(items) != len(answer.fields):
        return False
    arguments = {call.ways[0].tool: call.ways[0].arguments for call in question.calls}
    return all(
        _fits(
            item,
            [r.result[field] for r in readings if r.tool == tool and r.arguments == arguments[tool]],
            _RELATIVE.get(tool, 0),
        )
        for item, (tool, field) in zip(items, answer.fields, strict=True)
    )


def _fits(said: str, values: Sequence[Any], relative: float) -> bool:
    numbers = [value for value in values if isinstance(value, (int, float))]
    if not numbers:
        return not _words(said).isdisjoint(str(value).casefold() for value in values)
    number = final_number(said)
    return number is not None and (
        min(numbers) * (1 - relative) - _ROUNDING <= number <= max(numbers) * (1 + relative) + _ROUNDING
    )
