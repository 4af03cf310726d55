"""Distributions as strips: a thin line from one end to the other, a thick one for the middle half, a dot."""

# matplotlib does not tell the types of its **kwargs.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .look import PAPER, pen
from .rows import row_sheet, write_values
from .ticks import amount, log_ticks


class Strip(NamedTuple):
    """Percentiles of a distribution; `None` where one is not known, because it lies beyond a limit."""

    low: float | None
    quarter: float | None
    median: float | None
    three_quarters: float | None
    high: float | None


def strip_sheet(
    title: str, note: str, names: Sequence[str], fields: Sequence[tuple[str, Sequence[Strip]]], *, gap: float
) -> Figure:
    """Draw strips on logarithmic axes, a row for each name and a field for each title.

    Args:
        title: What is shown.
        note: How to read it, in a line.
        names: Of the rows.
        fields: Titles, each with a strip for every row; at least one of a field's has values.
        gap: Inches to the right of each field, for the medians.
    """
    figure, axes = row_sheet(title, note, names, fields=len(fields), gap=gap, right=gap)
    for (label, strips), drawn in zip(fields, axes, strict=True):
        values = [value for strip in strips for value in strip if value is not None]
        high = max(values) * 1.25
        log_ticks(drawn, "x", min(values) / 1.25, high)
        for place, strip in enumerate(strips):
            _draw(drawn, place, strip, end=high)
        drawn.set_xlabel(label)
        write_values(drawn, ["—" if strip.median is None else amount(strip.median) for strip in strips])
    return figure


def _draw(axes: Axes, place: int, strip: Strip, *, end: float) -> None:
    """Draw a strip in a row; a line whose end is not known goes to `end`, with an arrow."""
    colour, mark, _ = pen(place)
    if strip.low is None:
        return
    high = end if strip.high is None else strip.high
    axes.plot([strip.low, high], [place, place], color=colour, linewidth=1)
    if strip.high is None:
        axes.plot([end], [place], marker=">", markersize=4, color=colour, clip_on=False)
    if strip.quarter is not None:
        to = end if strip.three_quarters is None else strip.three_quarters
        axes.plot([strip.quarter, to], [place, place], color=colour, linewidth=4.5, alpha=0.55)
    if strip.median is not None:
        axes.plot(
            [strip.median], [place], marker=mark, markersize=5.5, color=colour, markeredgecolor=PAPER,
            markeredgewidth=0.6,
        )  # fmt: skip
