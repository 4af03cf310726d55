"""Performance at a glance: success and what it takes, a row for each model."""

# matplotlib does not tell the types of its **kwargs.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from llmbench_inspect.results.compute import Account, Measure, Profile

from .look import MOST, in_house_style, pen
from .rows import row_sheet, write_values
from .ticks import amount, even_ticks, share, share_ticks


@dataclass(frozen=True, slots=True)
class _Field:
    title: str
    of: Callable[[Account], Measure | None]
    is_share: bool = False


_FIELDS: Final = (
    _Field("success", lambda told: told.success, is_share=True),
    _Field("tokens an attempt", lambda told: told.tokens),
    _Field("steps an attempt", lambda told: told.steps),
    _Field("tokens a solution", lambda told: told.tokens_per_solved),
)
_GAP: Final = 0.5


@in_house_style
def performance_overview(models: Mapping[str, Profile]) -> Figure | None:
    """Success, tokens and steps of an attempt, and tokens for each that was solved.

    Args:
        models: By name; the first 12 are shown.

    Returns:
        The figure; `None` without models.
    """
    if not models:
        return None
    shown = dict(list(models.items())[:MOST])
    accounts = [told.account for told in shown.values()]
    fields = [field for field in _FIELDS if any(field.of(told) for told in accounts)]
    figure, axes = row_sheet(
        "Performance", "Means with 95 % intervals over problems.", list(shown),
        fields=len(fields), gap=_GAP, right=_GAP,
    )  # fmt: skip
    for field, drawn in zip(fields, axes, strict=True):
        measures = [field.of(told) for told in accounts]
        _scale(drawn, measures, is_share=field.is_share)
        _dots(drawn, measures)
        drawn.set_xlabel(field.title)
        form = share if field.is_share else amount
        write_values(drawn, ["—" if told is None else form(told.value) for told in measures])
    return figure


def _dots(axes: Axes, measures: list[Measure | None]) -> None:
    """Draw a dot and its interval in each row of a field."""
    for place, told in enumerate(measures):
        if told is None:
            continue
        colour, mark, _ = pen(place)
        axes.plot([told.value], [place], marker=mark, markersize=4.5, color=colour, clip_on=False)
        if told.interval is not None:
            axes.plot(told.interval, [place, place], color=colour, linewidth=1.2)


def _scale(axes: Axes, measures: list[Measure | None], *, is_share: bool) -> None:
    if is_share:
        axes.set_xlim(0, 1)
        share_ticks(axes, "x")
        return
    values = [told.value for told in measures if told is not None]
    ends = [told.interval.high for told in measures if told is not None and told.interval is not None]
    # One interval without end must not make all others a point.
    high = min(max([*values, *ends]), 2.5 * max(values)) * 1.05 or 1.0
    axes.set_xlim(0, high)
    even_ticks(axes, "x", high)
