"""Constraints on how much there is: words, sentences, lines, bullets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, Self

from pydantic import Field, model_validator
from typing_extensions import override

from llmbench_inspect.answers.constraints.constraint import Constraint, Problem, constraint

_BULLET: Final = re.compile(r"[ \t]{0,8}(?:[-*+•]|\d{1,3}[.)])[ \t]+\S")
_GOES_ON: Final = re.compile(r"[ \t]{2,}\S")
_CHINESE_ENDS: Final = r"\u3002\uff01\uff1f"
_SENTENCE_END: Final = re.compile(
    rf"[.!?\u2026{_CHINESE_ENDS}]+[\"'\u201d\u2019)\]]*(?=\s|$)|[{_CHINESE_ENDS}]"
)
# Full stops that end no sentence: after these, and after a single capital letter.
_ABBREVIATED: Final = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|cf|approx|no|dr|mr|mrs|ms|prof|st|inc|ltd|co|jr|sr|p\.m|a\.m|u\.s)|\b[A-Z]|^\d{1,3})\.$",
    re.IGNORECASE,
)


class _Count(Constraint):
    """How many there may be."""

    exactly: int | None = Field(default=None, ge=0)
    """Just as many."""
    at_least: int | None = Field(default=None, ge=0)
    """As many or more."""
    at_most: int | None = Field(default=None, ge=0)
    """As many or fewer."""

    @model_validator(mode="after")
    def _some_limit(self) -> Self:
        limits = (self.at_least, self.at_most)
        if (self.exactly is None) == (limits == (None, None)):
            raise ValueError("give exactly, or at_least, or at_most, or both of the last two")
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise ValueError("at_least is more than at_most")
        return self

    def _counted(self, count: int, things: str) -> Iterator[Problem]:
        if self.exactly is not None and count != self.exactly:
            yield Problem("wrong_count", f"{count} {things}, not {self.exactly}")
        if self.at_least is not None and count < self.at_least:
            yield Problem("wrong_count", f"{count} {things}, fewer than {self.at_least}")
        if self.at_most is not None and count > self.at_most:
            yield Problem("wrong_count", f"{count} {things}, more than {self.at_most}")


@constraint(code="words", name="Words", summary="The answer has so many words.")
class Words(_Count):
    """A word is what stands between spaces and holds a letter or a digit: `well-known` is one, `-` none.

    Passes, with `{"at_most": 4}`:

        Disk full on db-2

    Fails as `wrong_count`, with `{"at_most": 4}`:

        The disk of db-2 is full
    """

    @override
    def problems(self, text: str) -> Iterator[Problem]:
        yield from self._counted(sum(any(map(str.isalnum, word)) for word in text.split()), "words")


@constraint(code="sentences", name="Sentences", summary="The answer has so many sentences.")
class Sentences(_Count):
    """A sentence ends with `.`, `!`, `?` or their like before a space or the end.

    Text after the last such mark is one more. Decimal points, single capital letters and abbreviations
    such as `e.g.` end none.

    Passes, with `{"at_most": 1}`:

        The backup failed at 3.15 a.m. because Dr. Osei's disk was full.

    Fails as `wrong_count`, with `{"at_most": 1}`:

        The backup failed. The disk was full.
    """

    @override
    def problems(self, text: str) -> Iterator[Problem]:
        yield from self._counted(_sentences(text), "sentences")


@constraint(code="lines", name="Lines", summary="The answer has so many lines.")
class Lines(_Count):
    """Lines that hold nothing but space do not count.

    Passes, with `{"exactly": 2}`:

        web-1
        web-2

    Fails as `wrong_count`, with `{"exactly": 2}`:

        web-1, web-2
    """

    @override
    def problems(self, text: str) -> Iterator[Problem]:
        yield from self._counted(sum(bool(line.strip()) for line in text.splitlines()), "lines")


@constraint(code="bullets", name="Bullets", summary="The answer is a list of so many items and nothing else.")
class Bullets(_Count):
    """An item begins a line with `-`, `*`, `+`, `•` or a number with a dot.

    It may go on in lines that are indented. Any other line is prose.

    Passes, with `{"exactly": 2}`:

        - Restart the worker.
        - Clear the queue.

    Fails as `wrong_count`, with `{"exactly": 2}`:

        - Restart the worker.

    Fails as `prose`, with `{"exactly": 2}`:

        Do this:
        - Restart the worker.
        - Clear the queue.
    """

    @override
    def problems(self, text: str) -> Iterator[Problem]:
        lines = [line for line in text.splitlines() if line.strip()]
        items = [bool(_BULLET.match(line)) for line in lines]
        yield from self._counted(sum(items), "items")
        first = items.index(True) if any(items) else len(items)
        for number, (line, item) in enumerate(zip(lines, items, strict=True)):
            if not item and not (number > first and _GOES_ON.match(line)):
                yield Problem("prose", f"{line.strip()[:100]!r} is no item of the list")
                return


def _sentences(text: str) -> int:
    ends = [
        end.end()
        for end in _SENTENCE_END.finditer(text)
        if not (
            _ABBREVIATED.search(text, max(0, end.start() - 12), end.start() + 1) and end.end() < len(text)
        )
    ]
    rest = text[ends[-1] if ends else 0 :]
    return len(ends) + any(map(str.isalnum, rest))
