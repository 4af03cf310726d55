"""Distributions as strips: a thin line from one end to the other, a thick one for the middle half, a dot."""

# matplotlib does not tell the types of its **kwargs.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from typing import NamedTuple

from matplotlib.axes import Axes

from .look import PAPER, pen


class Strip(NamedTuple):
    """Percentiles of a distribution; `None` where one is not known, because it lies beyond a limit."""

    low: float | None
    quarter: float | None
    median: float | None
    three_quarters: float | None
    high: float | None


def draw_strip(axes: Axes, place: int, strip: Strip, *, end: float) -> None:
    """Draw a strip in a row.

    Args:
        axes: The field.
        place: The row.
        strip: What to draw.
        end: Where a line goes whose end is not known; an arrow is put there.
    """
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
