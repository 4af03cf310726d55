"""How long calls took: the distributions of their times, a row for each model."""

# matplotlib does not tell the types of its **kwargs.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

import polars as pl
from matplotlib.figure import Figure

from .look import MOST, in_house_style
from .rows import row_sheet, write_values
from .strips import Strip, draw_strip
from .ticks import amount, log_ticks


class _Field(NamedTuple):
    column: str
    title: str
    factor: float = 1


_FIELDS: Final = (
    _Field("ttft", "first token (s)"),
    _Field("itl_p50", "between chunks (ms)", 1000),
    _Field("seconds", "whole call (s)"),
    _Field("decode_rate", "tokens/s"),
)
_GAP: Final = 0.5


@in_house_style
def latency_distributions(models: Mapping[str, pl.DataFrame]) -> Figure | None:
    """Time to the first token, between chunks, and of whole calls, and the speed of writing.

    Args:
        models: Rows of the table of calls by the model's name; the first 12 are shown.

    Returns:
        The figure; `None` where no call was timed.
    """
    shown = list(models.items())[:MOST]
    strips_of = [(field, [_strip(calls, field) for _, calls in shown]) for field in _FIELDS]
    told = [(field, strips) for field, strips in strips_of if any(strip.median for strip in strips)]
    if not told:
        return None
    figure, axes = row_sheet(
        "Latency of calls",
        "Lines: 5th to 95th percentile, thick: 25th to 75th, mark and number: median. Logarithmic.",
        [name for name, _ in shown],
        fields=len(told),
        gap=_GAP,
        right=_GAP,
    )
    for (field, strips), drawn in zip(told, axes, strict=True):
        values = [value for strip in strips for value in strip if value is not None]
        high = max(values) * 1.25
        log_ticks(drawn, "x", min(values) / 1.25, high)
        for place, strip in enumerate(strips):
            draw_strip(drawn, place, strip, end=high)
        drawn.set_xlabel(field.title)
        write_values(drawn, ["—" if strip.median is None else amount(strip.median) for strip in strips])
    return figure


def _strip(calls: pl.DataFrame, field: _Field) -> Strip:
    timed = calls.filter("timed", pl.col("exception").is_null(), pl.col(field.column) > 0)
    values = timed[field.column] * field.factor
    if values.is_empty():
        return Strip(None, None, None, None, None)
    return Strip(*(values.quantile(percent / 100, "linear") for percent in (5, 25, 50, 75, 95)))
