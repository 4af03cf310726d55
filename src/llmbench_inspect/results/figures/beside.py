"""Names in a column beside a field, each joined to its place by a line; no two of them overlap."""

# matplotlib does not tell the types of its **kwargs.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from .look import SMALL, WIDTH, Pen, labels
from .sheet import figure_of

ROOM: Final = 2.3
"""Inches that the column takes on the right."""

PITCH: Final = 0.165
"""Inches from one line of text to the next."""

_RUN: Final = 0.22
"""Inches of the joining line."""


class Named(NamedTuple):
    """A place in a field, and what stands there."""

    name: str
    x: float
    """In the units of the field."""
    y: float
    pen: Pen


def least_height(names: int) -> float:
    """Inches that a field must be high for so many names beside it."""
    return max(2.6, PITCH * names + 0.1)


def write_beside(axes: Axes, places: Sequence[Named]) -> None:
    """Write the names of places to the right of a field, after its limits and scales are set.

    Args:
        axes: The field; the figure has `ROOM` to the right of it.
        places: In any order.
    """
    figure = figure_of(axes)
    to_figure = axes.transData + figure.dpi_scale_trans.inverted()
    points = to_figure.transform([(place.x, place.y) for place in places])
    box = axes.get_position()
    height, width = figure.get_figheight(), figure.get_figwidth()
    low, high, edge = box.y0 * height, box.y1 * height, box.x1 * width
    order = sorted(
        range(len(places)), key=lambda index: (points[index][1], -points[index][0], places[index].name)
    )
    heights = spread([float(points[index][1]) for index in order], pitch=PITCH, low=low, high=high)
    names = labels([place.name for place in places], width=WIDTH - edge - _RUN - 0.22)
    for index, y in zip(order, heights, strict=True):
        pen = places[index].pen
        start_x, start_y = (float(end) for end in points[index])
        inches = figure.dpi_scale_trans
        figure.add_artist(
            Line2D(
                [start_x, edge + 0.02, edge + _RUN], [start_y, y if start_x >= edge - 0.02 else start_y, y],
                transform=inches, color=pen.colour, linewidth=0.5, alpha=0.55, zorder=0.5,
            )
        )  # fmt: skip
        figure.add_artist(
            Line2D(
                [edge + _RUN + 0.06], [y], transform=inches, color=pen.colour, marker=pen.mark, markersize=4
            )
        )
        figure.text(edge + _RUN + 0.14, y, names[index], transform=inches, size=SMALL, va="center_baseline")


def spread(wanted: Sequence[float], *, pitch: float, low: float, high: float) -> list[float]:
    """Places as near as can be to those wanted, in their order, with a pitch between any two.

    Args:
        wanted: Rising.
        pitch: Least distance.
        low: None is lower, where there is room.
        high: None is higher.

    Returns:
        The least squares solution: wanted places that are too near become a block around their mean.
    """
    blocks: list[tuple[float, int]] = []
    for index, place in enumerate(wanted):
        mean, count = place - index * pitch, 1
        while blocks and blocks[-1][0] > mean:
            other, others = blocks.pop()
            mean, count = (mean * count + other * others) / (count + others), count + others
        blocks.append((mean, count))
    shifted = [mean for mean, count in blocks for _ in range(count)]
    top = high - (len(shifted) - 1) * pitch
    return [min(max(place, low), max(top, low)) + index * pitch for index, place in enumerate(shifted)]
