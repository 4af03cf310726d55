"""What a constraint is: parameters, a check of a text, and the data that documents both."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Final, Literal, TypeVar

from pydantic import BaseModel, ConfigDict

FailureClass = Literal[
    "empty",
    "refusal",
    "truncated",
    "reasoning_leak",
    "fence",
    "prose",
    "wrong_type",
    "missing_key",
    "extra_key",
    "wrong_count",
    "wrong_value",
]
"""How an answer misses its form."""

FAILURE_CLASSES: Final[Mapping[FailureClass, str]] = {
    "empty": "there is no answer",
    "refusal": "the model says that it will not or cannot, or the provider filtered the answer",
    "truncated": "it ends before it is whole",
    "reasoning_leak": "reasoning stands in it, outside of whole pairs of think tags at its start",
    "fence": "Markdown stands around it, such as a code fence",
    "prose": "words stand around it that were not asked for",
    "wrong_type": "not the kind of thing that was asked for: no JSON, or text in the place of a number",
    "missing_key": "a key or a column is not there",
    "extra_key": "a key or a column is there that was not asked for, or twice",
    "wrong_count": "too many or too few",
    "wrong_value": "well formed, and not right",
}
"""What each class means, from what hides the most to what hides the least."""

_CODE: Final = re.compile(r"[a-z]+(?:_[a-z]+)*")


@dataclass(frozen=True)
class Problem:
    """One thing in a text that a constraint does not allow."""

    failure: FailureClass
    """Its class."""
    detail: str
    """What is wrong, in words for people."""


class Constraint(BaseModel, ABC):
    """A rule that an answer must keep; its fields are its parameters.

    A subclass is declared with `constraint`, and its docstring is its documentation: prose, then at least
    one answer that passes and one that fails, which tests/answers/constraints/test_examples.py runs.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True)

    code: ClassVar[str]
    """What a sample names it by."""
    name: ClassVar[str]
    """Its heading in the documentation."""
    summary: ClassVar[str]
    """One line on what it asks for."""

    @abstractmethod
    def problems(self, text: str) -> Iterator[Problem]:
        """What in a text breaks the rule; nothing where it is kept.

        Args:
            text: An answer without reasoning, and without space around it; never empty. Hostile.
        """


CONSTRAINTS: Final[dict[str, type[Constraint]]] = {}
"""All that are declared, by code."""

_Declared = TypeVar("_Declared", bound=Constraint)


def constraint(*, code: str, name: str, summary: str) -> Callable[[type[_Declared]], type[_Declared]]:
    """Declare a constraint, so that samples can name it.

    Args:
        code: Lower-case words joined by `_`; not taken yet.
        name: Heading of its documentation.
        summary: One line, ending in a full stop.

    Raises:
        ValueError: One of them is not as it should be, or the class has no docstring.
    """
    if not _CODE.fullmatch(code) or code in CONSTRAINTS:
        raise ValueError(f"the code of a constraint is new and made of lower-case words: {code!r}")
    if not name or not summary.endswith(".") or "\n" in summary:
        raise ValueError(
            f"{code}: a constraint has a name, and a summary of one line that ends in a full stop"
        )

    def declare(declared: type[_Declared]) -> type[_Declared]:
        if not (declared.__doc__ or "").strip():
            raise ValueError(
                f"{code}: the docstring of a constraint is its documentation, and this one has none"
            )
        declared.code, declared.name, declared.summary = code, name, summary
        CONSTRAINTS[code] = declared
        return declared

    return declare
