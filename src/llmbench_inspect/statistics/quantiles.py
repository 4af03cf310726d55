"""A quantile of values and how well it is known."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import scipy  # pyright: ignore[reportMissingTypeStubs]

from .intervals import Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantile:
    """A quantile of independent values."""

    value: float
    """Interpolated linearly between the two nearest values."""

    values: int
    """Number of values."""

    interval: Interval | None
    """95 % confidence interval; `None` where there are too few values for both of its ends."""


def percentile(values: Sequence[float], percent: int) -> float:
    """A percentile of at least one value, interpolated linearly between the two nearest.

    Args:
        values: In any order.
        percent: Which, from 1 to 99.
    """
    ordered = sorted(values)
    place, hundredths = divmod((len(ordered) - 1) * percent, 100)
    low, high = ordered[place], ordered[min(place + 1, len(ordered) - 1)]
    # `statistics.quantiles` rounds to outside of its two values, an interval of which then misses it.
    return min(high, low + (high - low) * hundredths / 100)


def estimate_quantile(values: Sequence[float], percent: int) -> Quantile:
    """Estimate a quantile, whatever the values' distribution is.

    Args:
        values: At least one.
        percent: Which, from 1 to 99.

    Returns:
        The quantile, with the interval whose ends are order statistics.

    Source:
        W. J. Conover, "Practical Nonparametric Statistics", 3rd ed. (1999), section 3.2, as in
        `scipy.stats.quantile_test`.
    """
    value = percentile(values, percent)
    test = scipy.stats.quantile_test(values, q=value, p=percent / 100)  # pyright: ignore[reportArgumentType, reportUnknownMemberType, reportUnknownVariableType]
    low, high = map(float, test.confidence_interval(confidence_level=0.95))  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType, reportUnknownVariableType]
    known = math.isfinite(low) and math.isfinite(high)
    return Quantile(value=value, values=len(values), interval=Interval(low, high) if known else None)
