"""Words that a recogniser got wrong, counted after both texts are written in the same way."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from typing import Any, Final

from llmbench_inspect.prerequisite import PrerequisiteError

_NUMBERS: Final = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


@dataclass(frozen=True, kw_only=True)
class WordErrors:
    """How a transcript differs from what was said, by the fewest changes of words."""

    words: int
    """Words that were said."""
    substitutions: int
    deletions: int
    insertions: int
    alignment: str
    """Both texts, one above the other, for people."""

    @property
    def errors(self) -> int:
        """All changes."""
        return self.substitutions + self.deletions + self.insertions


def check_jiwer() -> None:
    """Check that words can be compared.

    Raises:
        PrerequisiteError: jiwer is not installed.
    """
    if find_spec("jiwer") is None:
        raise PrerequisiteError(
            "Word error rates need the Python package jiwer, which is not installed: "
            "pip install 'llmbench-inspect[voice]'"
        )


def word_errors(said: str, heard: str) -> WordErrors:
    """Compare a transcript with what was said.

    Both are written in lower case, hyphens as spaces, other punctuation left out, and 0 to 10 as words.

    Args:
        said: At least one word.
        heard: What the recogniser wrote; may be empty.
    """
    import jiwer  # noqa: PLC0415

    found = jiwer.process_words(said, heard, _normal_form(), _normal_form())
    return WordErrors(
        words=found.hits + found.substitutions + found.deletions,
        substitutions=found.substitutions,
        deletions=found.deletions,
        insertions=found.insertions,
        alignment=jiwer.visualize_alignment(found, show_measures=False).partition("\n")[2].strip("\n"),
    )


@cache
def _normal_form() -> Any:
    import jiwer  # noqa: PLC0415

    return jiwer.Compose(
        [
            jiwer.ToLowerCase(),
            jiwer.SubstituteRegexes({"[-‐‑–—]": " "}),  # noqa: RUF001
            jiwer.RemovePunctuation(),
            jiwer.SubstituteWords({str(number): word for number, word in enumerate(_NUMBERS)}),
            jiwer.RemoveMultipleSpaces(),
            jiwer.Strip(),
            jiwer.ReduceToListOfListOfWords(),
        ]
    )
