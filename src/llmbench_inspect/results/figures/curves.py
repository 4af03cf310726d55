"""Success by what is spent: a rising line for each model."""

# matplotlib does not tell the types of its **kwargs.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from llmbench_inspect.results.compute import BUDGETS, Curve, Profile

from .beside import ROOM, Named, least_height, write_beside
from .look import MOST, MUTED, Pen, in_house_style, pen
from .sheet import sheet
from .ticks import even_ticks, log_ticks, share_ticks

_LEFT: Final = 0.55
_FEW: Final = 4
"""Models whose intervals can be drawn as bands over one another."""


@in_house_style
def success_at_steps(models: Mapping[str, Profile]) -> Figure | None:
    """The share of attempts that are solved within any number of steps.

    Args:
        models: By name; the first 12 are shown.

    Returns:
        The figure; `None` where no attempt took more than one step.
    """
    curves = {name: told.by_steps for name, told in models.items() if told.by_steps is not None}
    reach = max((_reach(curve) for curve in curves.values()), default=0)
    if reach <= 1:
        return None
    figure, axes = _field(curves, "Success by steps", "answers of the model")
    axes.set_xlim(0, reach)
    even_ticks(axes, "x", reach, whole=True)
    _draw(axes, curves, reach=reach, start=0)
    return figure


@in_house_style
def success_at_tokens(models: Mapping[str, Profile]) -> Figure | None:
    """The share of attempts that are solved within any token budget.

    Args:
        models: By name; the first 12 are shown.

    Returns:
        The figure; `None` where no attempt tells its tokens.
    """
    curves = {name: told.by_tokens for name, told in models.items() if told.by_tokens is not None}
    if not curves:
        return None
    reach = max(_reach(curve) for curve in curves.values()) * 1.15
    start = min(curve.points[0].amount for curve in curves.values()) / 1.3
    figure, axes = _field(
        curves, "Success by token budget", "tokens of an attempt", more=" Dotted: budgets in the table."
    )
    for budget in BUDGETS:
        if start < budget < reach:
            axes.axvline(budget, color=MUTED, linewidth=0.5, linestyle=(0, (1, 2)))
    log_ticks(axes, "x", start, reach)
    _draw(axes, curves, reach=reach, start=start)
    return figure


def _field(curves: Mapping[str, Curve], title: str, unit: str, *, more: str = "") -> tuple[Figure, Axes]:
    shown = min(len(curves), MOST)
    band = "Bands" if shown <= _FEW else "Upright bars"
    note = f"{band}: 95 % intervals over problems. Cross: limits ended all that were left.{more}"
    figure, [axes] = sheet(title, note, height=least_height(shown), left=_LEFT, right=ROOM)
    axes.set_xlabel(unit)
    axes.set_ylim(0, 1.02)
    share_ticks(axes, "y")
    return figure, axes


def _draw(axes: Axes, curves: Mapping[str, Curve], *, reach: float, start: float) -> None:
    shown = list(curves.items())[:MOST]
    ends: list[Named] = []
    for place, (name, curve) in enumerate(shown):
        drawn = pen(place)
        x = [start, *(point.amount for point in curve.points)]
        y = [0.0, *(point.success.value for point in curve.points)]
        if math.isinf(curve.known_to):
            x.append(reach)
            y.append(y[-1])
        axes.step(x, y, where="post", color=drawn.colour, linestyle=drawn.dash)
        if len(shown) <= _FEW:
            _band(axes, curve, drawn, start=start, end=x[-1])
        else:
            _whisker(axes, curve, drawn, along=(place + 1) / (len(shown) + 1))
        if not math.isinf(curve.known_to):
            axes.plot([x[-1]], [y[-1]], marker="x", markersize=5, color=drawn.colour, clip_on=False)
        ends.append(Named(name, x[-1], y[-1], drawn))
    write_beside(axes, ends)


def _band(axes: Axes, curve: Curve, drawn: Pen, *, start: float, end: float) -> None:
    told = [point for point in curve.points if point.success.interval is not None]
    # Of a model that solved nothing, as much is known all along.
    first = [] if curve.points[0].success.value > 0 else [start]
    x = [*first, *(point.amount for point in told), end]
    ends = [point.success.interval for point in told if point.success.interval is not None]
    if ends:
        ends = [*ends[:1] * len(first), *ends, ends[-1]]
        axes.fill_between(
            x, [low for low, _ in ends], [high for _, high in ends],
            step="post", color=drawn.colour, alpha=0.13, linewidth=0,
        )  # fmt: skip


def _whisker(axes: Axes, curve: Curve, drawn: Pen, *, along: float) -> None:
    """An interval at a place of its own, 0 to 1 along the field, so that none hides another."""
    x = float(axes.transData.inverted().transform(axes.transAxes.transform((along, 0)))[0])
    told = [point.success for point in curve.points if point.amount <= x]
    if told and told[-1].interval is not None and x <= curve.known_to:
        axes.plot([x, x], told[-1].interval, color=drawn.colour, linewidth=0.9)
        axes.plot([x], [told[-1].value], marker=drawn.mark, markersize=4, color=drawn.colour)


def _reach(curve: Curve) -> float:
    return curve.points[-1].amount
