"""Numbers along an axis: few enough to stand apart, short enough to be read."""

# matplotlib does not tell the types of its **kwargs.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.ticker import FixedFormatter, FixedLocator, NullLocator

from .look import SMALL, text_width
from .sheet import figure_of

Side = Literal["x", "y"]


def amount(value: float) -> str:
    """A number in three figures or so: 0.02, 1.5, 950, 1.2k, 15k, 3M."""
    for scale, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        # 999.6 thousand is a million in three figures.
        if abs(value) >= scale * 0.9995:
            return f"{value / scale:.3g}{letter}"
    return f"{value:.3g}"


def share(value: float) -> str:
    """A share in whole percent."""
    return f"{value:.0%}"


def log_ticks(axes: Axes, side: Side, low: float, high: float) -> None:
    """Make an axis logarithmic, with numbers at 1, 2 and 5 times the powers of ten as far as there is room.

    Args:
        axes: The field.
        side: Which axis.
        low: Where it begins, above 0.
        high: Where it ends.
    """
    axis = axes.xaxis if side == "x" else axes.yaxis
    (axes.set_xscale if side == "x" else axes.set_yscale)("log")
    (axes.set_xlim if side == "x" else axes.set_ylim)(low, high)
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    # In a narrow field of a narrow range, its middle alone.
    middle = float(f"{math.sqrt(low * high):.1g}")
    choices = [(1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 9), (1, 1.5, 2, 3, 5, 7), (1, 2, 5), (1, 3), (1,)]
    chosen: list[float] = []
    for steps in choices:
        chosen = [
            step * 10.0**power
            for power in range(first, last + 1)
            for step in steps
            if low <= step * 10.0**power <= high
        ]
        if _fits(axes, side, [_along(value, low, high) for value in chosen], [amount(v) for v in chosen]):
            break
    else:
        # Of many powers of ten, every second or third.
        chosen = chosen[:: math.ceil(len(chosen) / 3)]
    chosen = chosen or [middle]
    _set(axis, chosen, [amount(value) for value in chosen])


def even_ticks(axes: Axes, side: Side, high: float, *, whole: bool = False) -> None:
    """Number an axis from 0 on in even steps, as far as there is room.

    Args:
        axes: The field.
        side: Which axis.
        high: The greatest value to show.
        whole: Whether it counts whole things.
    """
    axis = axes.xaxis if side == "x" else axes.yaxis
    least = 1.0 if whole else 0.0
    power = 10.0 ** math.floor(math.log10(high / 10)) if high > 0 else 0.1
    step = 1.0
    chosen = [0.0]
    for factor in (1, 2, 5, 10, 20, 50, 100):
        step = max(least, power * factor)
        chosen = [index * step for index in range(math.floor(high / step + 1e-9) + 1)]
        if len(chosen) <= 7 and _fits(
            axes, side, [value / high for value in chosen], [amount(value) for value in chosen]
        ):
            break
    _set(axis, chosen, [amount(value) for value in chosen])


def share_ticks(axes: Axes, side: Side) -> None:
    """Number an axis of shares from 0 to 100 %."""
    axis = axes.xaxis if side == "x" else axes.yaxis
    for steps in (5, 2, 1):
        chosen = [index / steps for index in range(steps + 1)]
        if _fits(axes, side, chosen, [share(value) for value in chosen]):
            break
    _set(axis, chosen, [share(value) for value in chosen])


def _along(value: float, low: float, high: float) -> float:
    return math.log(value / low) / math.log(high / low)


def _fits(axes: Axes, side: Side, places: Sequence[float], texts: Sequence[str]) -> bool:
    """Whether numbers at some places, 0 to 1 along an axis, stand apart."""
    figure = figure_of(axes)
    box = axes.get_position()
    if side == "x":
        length = box.width * figure.get_figwidth()
        halves = [text_width(text) / 2 for text in texts]
        gap = 0.08
    else:
        length = box.height * figure.get_figheight()
        halves = [SMALL / 72 / 2] * len(texts)
        gap = 0.06
    return all(
        (places[index + 1] - places[index]) * length >= halves[index] + halves[index + 1] + gap
        for index in range(len(texts) - 1)
    )


def _set(axis: Axis, values: Sequence[float], texts: Sequence[str]) -> None:
    axis.set_major_locator(FixedLocator(list(values)))
    axis.set_major_formatter(FixedFormatter(list(texts)))
    axis.set_minor_locator(NullLocator())
