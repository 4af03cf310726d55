"""How much attempts take: the distribution of steps and tokens, a row for each model."""

# matplotlib does not tell the types of its **kwargs.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from collections.abc import Mapping

from matplotlib.figure import Figure

from llmbench_inspect.results.compute import Measure, Profile

from .look import MOST, in_house_style
from .rows import row_sheet, write_values
from .strips import Strip, draw_strip
from .ticks import amount, log_ticks

_GAP = 0.55


@in_house_style
def attempt_lengths(models: Mapping[str, Profile]) -> Figure | None:
    """Steps and tokens until attempts end by themselves, as percentiles.

    Args:
        models: By name; the first 12 are shown.

    Returns:
        The figure; `None` where limits ended all attempts, or none tells what it took.
    """
    shown = list(models.items())[:MOST]
    fields = [
        (title, told)
        for title, told in (
            ("steps", [_strip(told.account.step_lengths) for _, told in shown]),
            ("tokens", [_strip(told.account.token_lengths) for _, told in shown]),
        )
        if any(strip.low is not None for strip in told)
    ]
    if not fields:
        return None
    figure, axes = row_sheet(
        "What attempts take until they end by themselves",
        "Lines: 10th to 90th percentile, thick: 25th to 75th, mark and number: median. > beyond the limits.",
        [name for name, _ in shown],
        fields=len(fields),
        gap=_GAP,
        right=_GAP,
    )
    for (title, strips), field in zip(fields, axes, strict=True):
        values = [value for strip in strips for value in strip if value is not None]
        low, high = min(values) / 1.25, max(values) * 1.25
        log_ticks(field, "x", low, high)
        for place, strip in enumerate(strips):
            draw_strip(field, place, strip, end=high)
        field.set_xlabel(title)
        write_values(field, ["—" if strip.median is None else amount(strip.median) for strip in strips])
    return figure


def _strip(lengths: dict[int, Measure]) -> Strip:
    return Strip(
        *(lengths[percent].value if percent in lengths else None for percent in (10, 25, 50, 75, 90))
    )
