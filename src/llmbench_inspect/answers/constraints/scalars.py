"""Constraints on single values: an integer, a number, a date, yes or no."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Final, Literal

from pydantic import Field, field_validator
from typing_extensions import override

from llmbench_inspect.answers.constraints.constraint import Constraint, Problem, constraint
from llmbench_inspect.answers.constraints.keyed import shown

_INTEGER: Final = re.compile(r"[+-]?[0-9]{1,30}")
_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]{1,30}(?:\.[0-9]{1,30})?|\.[0-9]{1,30})(?:[eE][+-]?[0-9]{1,3})?")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_YES_NO: Final = re.compile(r"yes|no", re.IGNORECASE)


@constraint(code="integer", name="Integer", summary="The answer is a whole number and nothing else.")
class Integer(Constraint):
    """In the digits 0 to 9, at most 30 of them, with or without a sign; without separators, point or unit.

    Passes, with `{"answer": 1024}`:

        1024

    Fails as `prose`, with `{}`:

        There are 1024 of them.

    Fails as `wrong_type`, with `{}`:

        1,024

    Fails as `wrong_value`, with `{"answer": 1024}`:

        1000
    """

    answer: int | None = None
    """The right one; any where it is left out."""

    @override
    def problems(self, text: str) -> Iterator[Problem]:
        if not _INTEGER.fullmatch(text):
            yield _other(text, _INTEGER, "a whole number")
        elif self.answer is not None and int(text) != self.answer:
            yield Problem("wrong_value", f"{text}, not {self.answer}")


@constraint(code="number", name="Number", summary="The answer is a number and nothing else.")
class Number(Constraint):
    """In digits, with a point where it has decimals, and an exponent where it needs one.

    It has neither separators nor a unit.

    Passes, with `{"answer": 12.5}`:

        12.50

    Fails as `prose`, with `{}`:

        12.5 seconds

    Fails as `wrong_type`, with `{}`:

        twelve and a half

    Fails as `wrong_value`, with `{"answer": 12.5, "within": 0.1}`:

        12.7
    """

    answer: float | None = None
    """The right one; any where it is left out."""
    within: float = Field(default=0.0, ge=0)
    """How far it may be from the right one."""

    @override
    def problems(self, text: str) -> Iterator[Problem]:
        if not _NUMBER.fullmatch(text):
            yield _other(text, _NUMBER, "a number")
        elif self.answer is not None:
            # As decimals: 0.3 is 0.1 away from 0.2, which the binary fractions nearest to them are not.
            away = abs(Decimal(text) - Decimal(repr(self.answer)))
            if away > Decimal(repr(self.within)):
                yield Problem("wrong_value", f"{text}, not {self.answer:g}")


@constraint(
    code="iso_date", name="ISO date", summary="The answer is a date, as YYYY-MM-DD, and nothing else."
)
class IsoDate(Constraint):
    """The date must be one of the calendar.

    Passes, with `{"answer": "2024-02-29"}`:

        2024-02-29

    Fails as `prose`, with `{}`:

        It was on 2024-02-29.

    Fails as `wrong_type`, with `{}`:

        29 February 2024

    Fails as `wrong_value`, with `{}`:

        2023-02-29
    """

    answer: str | None = None
    """The right one; any where it is left out."""

    @field_validator("answer")
    @classmethod
    def _is_date(cls, answer: str | None) -> str | None:
        if answer is not None and (not _DATE.fullmatch(answer) or _calendar(answer) is None):
            raise ValueError(f"{answer!r} is no date as YYYY-MM-DD")
        return answer

    @override
    def problems(self, text: str) -> Iterator[Problem]:
        if not _DATE.fullmatch(text):
            yield _other(text, _DATE, "a date as YYYY-MM-DD")
        elif _calendar(text) is None:
            yield Problem("wrong_value", f"{text} is no day of the calendar")
        elif self.answer is not None and text != self.answer:
            yield Problem("wrong_value", f"{text}, not {self.answer}")


@constraint(code="yes_no", name="Yes or no", summary="The answer is yes or no and nothing else.")
class YesNo(Constraint):
    """Upper and lower case do not count; a full stop does.

    Passes, with `{"answer": "yes"}`:

        Yes

    Fails as `prose`, with `{}`:

        No, the disk has room.

    Fails as `wrong_type`, with `{}`:

        Probably

    Fails as `wrong_value`, with `{"answer": "yes"}`:

        no
    """

    answer: Literal["yes", "no"] | None = None
    """The right one; either where it is left out."""

    @override
    def problems(self, text: str) -> Iterator[Problem]:
        if not _YES_NO.fullmatch(text):
            yield _other(text, _YES_NO, "yes or no")
        elif self.answer is not None and text.lower() != self.answer:
            yield Problem("wrong_value", f"{text}, not {self.answer}")


def _other(text: str, wanted: re.Pattern[str], name: str) -> Problem:
    alone = re.search(rf"(?<![\w.,+/:-])(?:{wanted.pattern})(?![\w/:-]|[.,]\w)", text, wanted.flags)
    if alone is not None:
        return Problem("prose", f"{name} with other text around it: {shown(text)}")
    return Problem("wrong_type", f"{shown(text)} is not {name}")


def _calendar(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
