"""How long calls took: the distributions of their times, a row for each model."""

# matplotlib does not tell the types of its **kwargs.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

import polars as pl
from matplotlib.figure import Figure

from .look import MOST, in_house_style
from .strips import Strip, strip_sheet


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
    strips_of = [(field.title, [_strip(calls, field) for _, calls in shown]) for field in _FIELDS]
    told = [(title, strips) for title, strips in strips_of if any(strip.median for strip in strips)]
    if not told:
        return None
    return strip_sheet(
        "Latency of calls",
        "Lines: 5th to 95th percentile, thick: 25th to 75th, mark and number: median. Logarithmic.",
        [name for name, _ in shown],
        told,
        gap=_GAP,
    )


def _strip(calls: pl.DataFrame, field: _Field) -> Strip:
    timed = calls.filter("timed", pl.col("exception").is_null(), pl.col(field.column) > 0)
    values = timed[field.column] * field.factor
    if values.is_empty():
        return Strip(None, None, None, None, None)
    return Strip(*(values.quantile(percent / 100, "linear") for percent in (5, 25, 50, 75, 95)))
