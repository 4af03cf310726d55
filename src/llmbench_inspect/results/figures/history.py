"""Metrics by the date of their runs: what changed, and when."""

# matplotlib does not tell the types of its **kwargs.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, timedelta
from typing import Final

from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.figure import Figure

from llmbench_inspect.results.compute import RunPoint

from .look import MOST, WIDTH, in_house_style, label, pen
from .sheet import BOTTOM, DPI, TOP, write_head

_HEIGHT: Final = 1.35
_GAP: Final = 0.62
_LEFT: Final = 0.55
_COLUMNS: Final = 2
_KEY: Final = 0.2
"""Inches of a line of the key."""


@in_house_style
def history(metrics: Mapping[str, Mapping[str, Sequence[RunPoint]]]) -> Figure | None:
    """Each metric in a field of its own, a line for each model.

    Args:
        metrics: By their name, and in each the runs of the models by name; the first 12 models are shown.

    Returns:
        The figure; `None` without metrics.
    """
    if not metrics:
        return None
    models = list(dict.fromkeys(model for told in metrics.values() for model in told))[:MOST]
    rows = math.ceil(len(metrics) / _COLUMNS)
    key = _KEY * math.ceil(len(models) / _COLUMNS)
    whole = TOP + rows * _HEIGHT + (rows - 1) * _GAP + BOTTOM + key
    figure = Figure(figsize=(WIDTH, whole), dpi=DPI)
    write_head(figure, "By run date", "Means with 95 % intervals; a point is a run.")
    width = (WIDTH - _COLUMNS * _LEFT - 0.2) / _COLUMNS
    dates = [point.started for told in metrics.values() for points in told.values() for point in points]
    margin = max((max(dates) - min(dates)) * 0.05, timedelta(hours=1))
    for place, (name, told) in enumerate(metrics.items()):
        row, column = divmod(place, _COLUMNS)
        left = _LEFT + column * (width + _LEFT)
        bottom = whole - TOP - _HEIGHT - row * (_HEIGHT + _GAP)
        axes = figure.add_axes((left / WIDTH, bottom / whole, width / WIDTH, _HEIGHT / whole))
        axes.set_xlim(min(dates) - margin, max(dates) + margin)  # pyright: ignore[reportArgumentType]
        _draw(axes, {model: told.get(model, ()) for model in models})
        axes.set_title(label(name, width=width), loc="left", size=7.5)
    for place, model in enumerate(models):
        row, column = divmod(place, _COLUMNS)
        drawn = pen(place)
        x, y = _LEFT + column * (width + _LEFT), key - row * _KEY - 0.08
        figure.text(x / WIDTH, y / whole, label(model, width=width - 0.3), va="center")
        mark = figure.add_axes(((x - 0.2) / WIDTH, (y - 0.05) / whole, 0.1 / WIDTH, 0.1 / whole))
        mark.plot([0], [0], marker=drawn.mark, color=drawn.colour, markersize=4.5, clip_on=False)
        mark.set_axis_off()
    return figure


def _draw(axes: Axes, models: Mapping[str, Sequence[RunPoint]]) -> None:
    for place, points in enumerate(models.values()):
        drawn = pen(place)
        dates = [point.started for point in points]
        axes.plot(
            dates,  # pyright: ignore[reportArgumentType]
            [point.value for point in points],
            marker=drawn.mark, markersize=4, color=drawn.colour, linewidth=0.9, linestyle=drawn.dash,
        )  # fmt: skip
        for point in points:
            if point.interval is not None:
                axes.plot(
                    [point.started, point.started],  # pyright: ignore[reportArgumentType]
                    point.interval,
                    color=drawn.colour, linewidth=0.9, alpha=0.7,
                )  # fmt: skip
    locator = AutoDateLocator(tz=UTC, minticks=2, maxticks=5)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator, tz=UTC))
    axes.set_ylim(bottom=min(0.0, axes.get_ylim()[0]))
