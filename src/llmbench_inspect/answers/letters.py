"""The letter that an answer to a multiple choice question settles on."""

from __future__ import annotations

import re
from typing import Final

from llmbench_inspect.answers.reasoning import without_reasoning

MAX_READ: Final = 20_000
"""Characters that are read, from an answer's end."""

_DRESS: Final = r"[ \t*_`\"'(\[{$]{0,8}"
_COMMAND: Final = r"(?:\\?(?:boxed|text|textbf|mathbf|mathrm|\()[ {]{0,2}){0,3}"
_BEFORE: Final = rf"{_DRESS}{_COMMAND}(?:(?i:option|choice) )?{_DRESS}"
# Not the beginning of a word, not the article of a sentence, not one of several.
_AFTER: Final = (
    r"(?![\w'\u2019])(?!\s+(?!(?:because|since|as|which|is|for)\b)[a-z])"
    r"(?![\s*)]{0,4}(?:,|/|&|and\b|or\b)[\s*(]{0,4}[A-D]\b)"
)
_MARK: Final = re.compile(
    r"(?:\b(?i:answer)\b[\s*_`\"')]{0,6}(?:(?i:is)\b\s?:?|[:=\uff1a])\s{0,4}|\\boxed\{)"
    rf"{_BEFORE}(?P<letter>[A-D]){_AFTER}"
)
_SMALL_MARK: Final = re.compile(
    r"^\W{0,8}(?i:answer)\W{0,4}:\W{0,8}(?P<letter>[a-d])[^\w\n]{0,8}$", re.MULTILINE
)
_LINE: Final = re.compile(rf"^{_BEFORE}(?P<letter>[A-D])(?:[.):\]]|[^\w\n]{{0,8}}$)", re.MULTILINE)


def final_letter(answer: str) -> str | None:
    r"""Read the letter, A to D, that an answer settles on.

    That is the last letter marked as the answer (`ANSWER: C`, `the answer is (C)`, `\boxed{C}`).
    Without any mark it is the letter that stands alone on a line, or begins one as in `C) Paris`, provided
    that no line does so with another letter. Reasoning in think tags is not read.

    Args:
        answer: What the model wrote; all before its last `MAX_READ` characters is not read.

    Returns:
        The letter, or `None` where the answer names none, or several.
    """
    text = without_reasoning(answer)[-MAX_READ:]
    marked = [*_MARK.finditer(text), *_SMALL_MARK.finditer(text)]
    if marked:
        return max(marked, key=lambda mark: mark.start("letter"))["letter"].upper()
    letters = {line["letter"] for line in _LINE.finditer(text)}
    return letters.pop() if len(letters) == 1 else None
