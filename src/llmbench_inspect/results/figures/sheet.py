"""A sheet to draw on: a title, one or more fields of known inches, and room for labels beside them."""

# matplotlib does not tell the types of its **kwargs.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from typing import Final, cast

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .look import MUTED, SMALL, WIDTH, label

TITLE: Final = 9.5
"""Points."""

TOP: Final = 0.62
"""Inches above the fields."""

BOTTOM: Final = 0.5
"""Inches below them."""

_EDGE: Final = 0.12
DPI: Final = 100
"""Of the drawing; files are written with more."""


def sheet(
    title: str,
    note: str,
    *,
    height: float,
    left: float,
    right: float,
    fields: int = 1,
    gap: float = 0.3,
    bottom: float = BOTTOM,
) -> tuple[Figure, list[Axes]]:
    """Make a sheet with fields side by side.

    Args:
        title: What is shown.
        note: How to read it, in a line.
        height: Of the fields, in inches.
        left: Room for labels on the left, in inches.
        right: Room for labels on the right.
        fields: How many.
        gap: Inches between two of them.
        bottom: Room below the fields.
    """
    whole = TOP + height + bottom
    figure = Figure(figsize=(WIDTH, whole), dpi=DPI)
    room = WIDTH - left - right - gap * (fields - 1)
    axes: list[Axes] = []
    for place in range(fields):
        start = left + place * (room / fields + gap)
        axes.append(figure.add_axes((start / WIDTH, bottom / whole, room / fields / WIDTH, height / whole)))
    write_head(figure, title, note)
    return figure, axes


def write_head(figure: Figure, title: str, note: str) -> None:
    """Write the title and the note of a sheet."""
    height = figure.get_figheight()
    room = WIDTH - 2 * _EDGE
    figure.text(
        _EDGE / WIDTH,
        1 - 0.1 / height,
        label(title, width=room, size=TITLE),
        size=TITLE,
        weight="bold",
        va="top",
    )
    figure.text(_EDGE / WIDTH, 1 - 0.31 / height, label(note, width=room), size=SMALL, color=MUTED, va="top")


def figure_of(axes: Axes) -> Figure:
    """The sheet that a field is on."""
    return cast("Figure", axes.figure)
