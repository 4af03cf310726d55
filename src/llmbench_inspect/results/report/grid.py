"""A table of text, for any renderer to print."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

NONE: Final = "—"
"""What stands where there is nothing to tell."""


class Figure(NamedTuple):
    """The text of one place in a table."""

    text: str
    aside: str = ""
    """What goes with it and weighs less: an interval."""


@dataclass(frozen=True, slots=True)
class Heading:
    """The head of a column."""

    text: str
    is_text: bool = False
    joined: bool = False
    """Whether the column must stay beside the one before it."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table."""

    label: str
    figures: tuple[Figure, ...] = ()
    """None in a line that heads those below it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table."""

    title: str
    corner: str
    """Head of the column of labels."""

    headings: tuple[Heading, ...]
    lines: tuple[Line, ...]
    notes: tuple[str, ...] = ()
