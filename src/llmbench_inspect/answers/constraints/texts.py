"""Constraints on the text as such: one text, one of several, or one that an expression matches."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Self

from pydantic import Field, field_validator, model_validator
from typing_extensions import override

from llmbench_inspect.answers.constraints.constraint import Constraint, Problem, constraint
from llmbench_inspect.answers.constraints.keyed import shown
from llmbench_inspect.answers.constraints.pattern import Pattern, compiled


@constraint(code="exact_text", name="Exact text", summary="The answer is one text and nothing else.")
class ExactText(Constraint):
    """Space around the answer does not count; upper and lower case do.

    Passes, with `{"text": "HEARTBEAT_OK"}`:

        HEARTBEAT_OK

    Fails as `prose`, with `{"text": "HEARTBEAT_OK"}`:

        Status: HEARTBEAT_OK, all is well.

    Fails as `wrong_value`, with `{"text": "HEARTBEAT_OK"}`:

        heartbeat_ok
    """

    text: str = Field(min_length=1)
    """The text."""

    @override
    def problems(self, text: str) -> Iterator[Problem]:
        wanted = self.text.strip()
        if text == wanted:
            return
        if wanted in text:
            yield Problem("prose", f"{shown(wanted)} with other text around it")
        else:
            yield Problem("wrong_value", f"{shown(text)}, not {shown(wanted)}")


@constraint(code="one_of", name="One of several", summary="The answer is one of several texts.")
class OneOf(Constraint):
    """Space around the answer does not count; upper and lower case do.

    Passes, with `{"values": ["high", "low"], "answer": "low"}`:

        low

    Fails as `wrong_value`, with `{"values": ["high", "low"], "answer": "low"}`:

        high

    Fails as `prose`, with `{"values": ["high", "low"]}`:

        The priority is low.

    Fails as `wrong_value`, with `{"values": ["high", "low"]}`:

        medium
    """

    values: list[str] = Field(min_length=2)
    """The texts."""
    answer: str | None = None
    """Which of them is right; any where it is left out."""

    @model_validator(mode="after")
    def _answer_is_one(self) -> Self:
        if self.answer is not None and self.answer not in self.values:
            raise ValueError(f"answer: {self.answer!r} is none of the values")
        return self

    @override
    def problems(self, text: str) -> Iterator[Problem]:
        if text in self.values:
            if self.answer is not None and text != self.answer:
                yield Problem("wrong_value", f"{shown(text)}, not {shown(self.answer)}")
            return
        if any(re.search(rf"(?<!\w){re.escape(value)}(?!\w)", text) for value in self.values):
            yield Problem("prose", f"one of {', '.join(self.values)} with other text around it")
        else:
            yield Problem("wrong_value", f"{shown(text)} is none of {', '.join(self.values)}")


@constraint(code="regex", name="Regular expression", summary="The whole answer matches a regular expression.")
class Regex(Constraint):
    r"""The expression is one of [RE2](https://github.com/google/re2/wiki/Syntax).

    It takes linear time whatever the answer is, and has no look-around and no back references. Space around
    the answer does not count.

    Passes, with `{"pattern": "[A-Z]{3}-\\d{4}"}`:

        INC-2041

    Fails as `prose`, with `{"pattern": "[A-Z]{3}-\\d{4}"}`:

        The ticket is INC-2041.

    Fails as `wrong_value`, with `{"pattern": "[A-Z]{3}-\\d{4}"}`:

        inc2041
    """

    pattern: str
    """The expression."""

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, pattern: str) -> str:
        compiled(pattern)
        return pattern

    @cached_property
    def _compiled(self) -> Pattern:
        return compiled(self.pattern)

    @override
    def problems(self, text: str) -> Iterator[Problem]:
        if self._compiled.fullmatch(text) is not None:
            return
        if self._compiled.search(text) is not None:
            yield Problem("prose", f"a match of {self.pattern} with other text around it")
        else:
            yield Problem("wrong_value", f"{shown(text)} does not match {self.pattern}")
