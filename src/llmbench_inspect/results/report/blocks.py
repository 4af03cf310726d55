"""What a section of the report consists of: paragraphs, tables and figures, for any renderer to print.

Every text is plain text; renderers escape it for their format. Text that a log brought goes through
`printable` first.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import matplotlib.figure

NONE: Final = "—"
"""What stands where there is nothing to tell."""


@dataclass(frozen=True, slots=True)
class Prose:
    """A paragraph."""

    text: str
    is_warning: bool = False


@dataclass(frozen=True, slots=True)
class Subheading:
    """A heading within a section."""

    text: str


@dataclass(frozen=True, slots=True)
class Cell:
    """The text of one place in a table."""

    text: str
    aside: str = ""
    """What goes with it and weighs less: an interval."""

    value: float | None = None
    """What it is sorted by where tables can be sorted; `None` sorts by the text."""

    link: str | None = None
    """Where it leads; written by this project, never out of a log unquoted."""


@dataclass(frozen=True, slots=True)
class Heading:
    """The head of a column."""

    text: str
    is_text: bool = False
    """Whether its cells are text, flush left, which may be broken into lines."""

    joined: bool = False
    """Whether the column must stay beside the one before it."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table."""

    label: str
    cells: tuple[Cell, ...] = ()
    """None in a line that heads those below it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table; a renderer with little room splits it between columns."""

    title: str = ""
    corner: str
    """Head of the column of labels."""

    headings: tuple[Heading, ...]
    lines: tuple[Line, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A drawing; it is made once, when the first renderer that shows pictures comes to it."""

    name: str
    """Of its files in `figures/`, without ending: lower-case words and hyphens; no two share one."""

    caption: str
    alt: str
    """What it shows, for who cannot see it: one or two sentences with the figures that matter."""

    draw: Callable[[], matplotlib.figure.Figure]


Block = Prose | Subheading | Table | Figure
