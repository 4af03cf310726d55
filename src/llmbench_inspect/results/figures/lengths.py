"""How much attempts take: the distribution of steps and tokens, a row for each model."""

# matplotlib does not tell the types of its **kwargs.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from collections.abc import Mapping

from matplotlib.figure import Figure

from llmbench_inspect.results.compute import Measure, Profile

from .look import MOST, in_house_style
from .strips import Strip, strip_sheet

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
    return strip_sheet(
        "What attempts take until they end by themselves",
        "Lines: 10th to 90th percentile, thick: 25th to 75th, mark and number: median. > beyond the limits.",
        [name for name, _ in shown],
        fields,
        gap=_GAP,
    )


def _strip(lengths: dict[int, Measure]) -> Strip:
    return Strip(
        *(lengths[percent].value if percent in lengths else None for percent in (10, 25, 50, 75, 90))
    )
