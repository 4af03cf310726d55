"""What the GPUs did while an eval ran, over its time."""

# matplotlib does not tell the types of its **kwargs.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from .beside import PITCH
from .look import MOST, SMALL, WIDTH, in_house_style, pen
from .sheet import BOTTOM, DPI, TOP, write_head
from .ticks import even_ticks

_LEFT: Final = 0.75
_RIGHT: Final = 0.95
_HEIGHT: Final = 0.95
_GAP: Final = 0.18
_POINTS: Final = 400
"""Stretches of time that are told apart; each is shown by its mean."""


class _Field(NamedTuple):
    column: str
    title: str
    factor: float = 1
    whole: float | None = None
    """Where the axis ends, whatever was read."""


_FIELDS: Final = (
    _Field("utilization_percent", "busy (%)", whole=100),
    _Field("memory_bytes", "memory (GB)", 1e-9),
    _Field("power_watts", "power (W)"),
    _Field("temperature_celsius", "°C"),
)


@in_house_style
def gpu_time_line(series: pl.DataFrame) -> Figure | None:
    """Use, memory, power and temperature of each GPU, and how many samples ran.

    Args:
        series: The series beside a log, `NAME.gpu.parquet`; the first 12 GPUs are shown.

    Returns:
        The figure; `None` where nothing was read.
    """
    fields = [field for field in _FIELDS if series[field.column].is_not_null().any()]
    if not fields:
        return None
    gpus = series["gpu"].unique().sort().to_list()[:MOST]
    end = max(float(series["seconds"].max() or 0), 1e-3)  # pyright: ignore[reportArgumentType]
    width = end / _POINTS
    stretches = (
        series.with_columns(_at=(pl.col("seconds") / width).floor() * width)
        .group_by("gpu", "_at")
        .agg(pl.col(field.column).cast(pl.Float64).mean() for field in fields)
        .sort("_at")
    )
    samples = (
        series.with_columns(_at=(pl.col("seconds") / width).floor() * width)
        .group_by("_at")
        .agg(pl.col("samples").cast(pl.Float64).mean())
        .sort("_at")
    )
    figure, axes = _sheet(len(fields) + 1, height=_HEIGHT)
    for field, drawn in zip(fields, axes, strict=False):
        high = field.whole or float(stretches[field.column].max() or 0) * field.factor * 1.08 or 1.0  # pyright: ignore[reportArgumentType]
        drawn.set_ylim(0, high * 1.02)
        even_ticks(drawn, "y", high)
        drawn.set_ylabel(field.title)
        for place, gpu in enumerate(gpus):
            mine = stretches.filter(pl.col("gpu") == gpu).drop_nulls(field.column)
            if mine.is_empty():
                continue
            values = (mine[field.column] * field.factor).to_list()
            colour, _, dash = pen(place)
            drawn.plot(mine["_at"].to_list(), values, color=colour, linestyle=dash, linewidth=1)
        drawn.set_xlim(0, end)
    running = axes[-1]
    high = max(float(samples["samples"].max() or 0) * 1.08, 1.0)  # pyright: ignore[reportArgumentType]
    running.fill_between(
        samples["_at"].to_list(), samples["samples"].to_list(), color="#9a9a9a", step="post", linewidth=0
    )
    running.set_ylim(0, high)
    even_ticks(running, "y", high, whole=True)
    running.set_ylabel("samples")
    running.set_xlim(0, end)
    for drawn in axes[:-1]:
        even_ticks(drawn, "x", end)
        drawn.tick_params(labelbottom=False)
    even_ticks(running, "x", end)
    running.set_xlabel("seconds since the eval began")
    _write_key(figure, [f"GPU {gpu}" for gpu in gpus])
    return figure


def _sheet(fields: int, *, height: float) -> tuple[Figure, list[Axes]]:
    whole = TOP + BOTTOM + fields * height + (fields - 1) * _GAP
    figure = Figure(figsize=(WIDTH, whole), dpi=DPI)
    write_head(figure, "GPUs over time", "Means of short stretches of time; below, how many samples ran.")
    axes = [
        figure.add_axes(
            (
                _LEFT / WIDTH,
                (BOTTOM + (fields - 1 - place) * (height + _GAP)) / whole,
                (WIDTH - _LEFT - _RIGHT) / WIDTH,
                height / whole,
            )
        )
        for place in range(fields)
    ]
    figure.align_ylabels(axes)
    return figure, axes


def _write_key(figure: Figure, names: Sequence[str]) -> None:
    inches = figure.dpi_scale_trans
    x = WIDTH - _RIGHT + 0.1
    for place, name in enumerate(names):
        y = figure.get_figheight() - TOP - PITCH * (place + 0.5)
        colour, _, dash = pen(place)
        figure.add_artist(Line2D([x, x + 0.2], [y, y], transform=inches, color=colour, linestyle=dash))
        figure.text(x + 0.27, y, name, transform=inches, size=SMALL, va="center_baseline")
