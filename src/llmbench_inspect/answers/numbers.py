"""The number that an answer ends in, in whatever way it is written."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Final

from llmbench_inspect.answers.reasoning import without_reasoning

MAX_READ: Final = 20_000
"""Characters that are read, from an answer's end."""
MAX_NUMBER: Final = 100
"""Characters of the longest number that counts as one."""

_THOUSANDS: Final = r"(?:,|\{,\}|\\[,!]|[\u00a0\u2009\u202f])"
_PLAIN: Final = rf"(?:(?:\d{{1,3}}(?:{_THOUSANDS}\d{{3}})+(?!\d)|\d+)(?:\.\d+)?|\.\d+)"
_CURRENCY: Final = r"(?:\\?\$|€|£|¥)"
# A minus is a sign only where no operand stands before it and no space behind it.
_START: Final = (
    r"(?<![A-Za-z0-9])(?<!\d[.:])(?:(?<![)\]}])(?P<minus>[-\u2212]))?"
    rf"(?:{_CURRENCY}\s?)?(?P<minus_behind>[-\u2212])?"
)
_LATEX_FRACTION: Final = rf"\\[dt]?frac\s*\{{\s*(?P<over>{_PLAIN})\s*\}}\s*\{{\s*(?P<under>{_PLAIN})\s*\}}"
_FRACTION: Final = rf"(?:(?P<whole>\d+)\s+)?(?P<upper>{_PLAIN})\s*/\s*{_CURRENCY}?(?P<lower>{_PLAIN})(?!\s*/)"
_POWER: Final = (
    r"(?:\s*(?:\\times|\\cdot|[\u00d7*x])\s*10\s*(?:\^|\*\*)\s*\{?(?P<power>-?\d{1,2})(?!\d)\}?"
    r"|[eE](?P<exponent>[-+]?\d{1,2})(?!\d))"
)
_NUMBER: Final = re.compile(rf"{_START}(?:{_LATEX_FRACTION}|{_FRACTION}|(?P<number>{_PLAIN}){_POWER}?)")
# What makes a first number part of something else: a sum not worked out, a range, a choice of several.
_GOES_ON: Final = re.compile(
    r"\s*\\?%?\s*(?:[-+*/,;x\u00d7\u00f7\u2212\u2013]|\\times|\\cdot|\\div|or\b|and\b|to\b)\s*"
    rf"{_CURRENCY}?\s*[-\u2212]?\.?\d"
)
_MARK: Final = re.compile(
    r"(?P<box>\b(?:boxed|fbox)\s*\{)|\#{4}(?=[\s*$\\({-]{0,6}[\d.])"
    r"|\banswer\b[\s*_`\"')]{0,6}(?:\b(?:is|equals)\b|[:=\uff1a])",
    re.IGNORECASE,
)
_SIDES: Final = re.compile(r"[=\u2248]|\\approx")


def final_number(answer: str, *, marked_only: bool = False) -> Fraction | None:
    r"""Read the number that an answer arrives at.

    That is the number in the last place that is marked as the answer: `\boxed{...}`, what follows `####`,
    or what follows `answer:` or `answer is` on its line, or on the next one where the rest of the line
    is bare. An equation counts by its last side. Without any mark it is the last number. Currency and
    percent signs, units, thousands separators, LaTeX and Markdown around it do not matter, so that `$18`,
    `18%`, `x = 18`, `\(18\)` and `18.00` are all 18. Reasoning in think tags is not read.

    Args:
        answer: What the model wrote; all before its last `MAX_READ` characters is not read.
        marked_only: Whether an answer without a mark has no number: one that was cut off has not arrived.

    Returns:
        The number, or `None` where there is none, or where the marked place holds several of which
        none is the result (`18 or 20`, `10-12`, `3 * 6`).
    """
    text = without_reasoning(answer)[-MAX_READ:]
    for mark in reversed(list(_MARK.finditer(text))):
        place = _in_braces(text, mark.end()) if mark["box"] else _line(text, mark.end())
        if _NUMBER.search(place):
            sides = reversed(_SIDES.split(place))
            return next((value for side in sides if (value := _only_number(side)) is not None), None)
    numbers = [] if marked_only else list(_NUMBER.finditer(text))
    return _value(numbers[-1]) if numbers else None


def _in_braces(text: str, start: int) -> str:
    depth = 1
    for position in range(start, min(len(text), start + 300)):
        depth += {"{": 1, "}": -1}.get(text[position], 0)
        if depth == 0:
            return text[start:position]
    return _line(text, start)


def _line(text: str, start: int) -> str:
    """The rest of the line, or the first of the next few that says anything where the rest is bare."""
    lines = text[start : start + 1000].split("\n", 4)[:4]
    return next((line for line in lines if any(map(str.isalnum, line))), "")


def _only_number(side: str) -> Fraction | None:
    first = _NUMBER.search(side)
    return None if first is None or _GOES_ON.match(side, first.end()) else _value(first)


def _value(number: re.Match[str]) -> Fraction | None:
    if len(number[0]) > MAX_NUMBER:
        return None
    try:
        if number["under"]:
            value = _plain(number["over"]) / _plain(number["under"])
        elif number["lower"]:
            value = _plain(number["whole"] or "0") + _plain(number["upper"]) / _plain(number["lower"])
        else:
            power = int(number["power"] or number["exponent"] or 0)
            value = _plain(number["number"]) * Fraction(10) ** power
    except ZeroDivisionError:
        return None
    return -value if bool(number["minus"]) != bool(number["minus_behind"]) else value


def _plain(digits: str) -> Fraction:
    return Fraction(re.sub(_THOUSANDS, "", digits))
