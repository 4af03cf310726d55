"""A sheet with a row for each model: its name on the left, fields to the right of it."""

# matplotlib does not tell the types of its **kwargs.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from .look import SMALL, WIDTH, labels, pen
from .sheet import figure_of, sheet

PITCH: Final = 0.235
"""Inches from one row to the next."""

_NAMES: Final = 2.3
_RIGHT: Final = 0.3


def row_sheet(
    title: str,
    note: str,
    names: Sequence[str],
    *,
    fields: int = 1,
    gap: float = 0.3,
    right: float = _RIGHT,
    bottom: float = 0.5,
    marks: bool = True,
) -> tuple[Figure, list[Axes]]:
    """Make a sheet with a row for each name; row 0 is the highest.

    Args:
        title: What is shown.
        note: How to read it, in a line.
        names: Of the rows.
        fields: How many fields stand side by side.
        gap: Inches between two of them.
        right: Inches to the right of the last.
        bottom: Inches below.
        marks: Whether each name has the mark that its model has in other figures.
    """
    height = PITCH * len(names) + 0.1
    figure, axes = sheet(
        title, note, height=height, left=_NAMES, right=right, fields=fields, gap=gap, bottom=bottom
    )
    for field in axes:
        field.set_ylim(len(names) - 0.5 + 0.05 / PITCH, -0.5 - 0.05 / PITCH)
        field.set_yticks([])
        field.spines["left"].set_visible(False)
        field.grid(visible=False, axis="y")
    inches = figure.dpi_scale_trans
    for place, name in enumerate(labels(list(names), width=_NAMES - 0.45)):
        y = bottom + height - 0.05 - PITCH * (place + 0.5)
        drawn = pen(place)
        if marks:
            figure.add_artist(
                Line2D([0.2], [y], transform=inches, color=drawn.colour, marker=drawn.mark, markersize=4)
            )
        figure.text(0.32, y, name, transform=inches, size=SMALL, va="center_baseline")
    return figure, axes


def write_values(axes: Axes, texts: Sequence[str]) -> None:
    """Write a text for each row to the right of a field."""
    figure = figure_of(axes)
    box = axes.get_position()
    low, high = axes.get_ylim()
    for place, text in enumerate(texts):
        y = box.y0 + (place - low) / (high - low) * box.height
        figure.text(box.x1 + 0.05 / WIDTH, y, text, size=SMALL, va="center_baseline")
