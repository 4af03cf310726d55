"""A test of a mean that may be looked at after every value: by betting against what would have to be true."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from .intervals import Interval

_EFFECTS: Final = (0.05, 0.1, 0.2, 0.4)
_CANDIDATES: Final = 1000

Verdict = Literal["reached", "missed"]
Values = NDArray[np.float64]


def sequential_verdict(
    lows: Sequence[float] | Values, highs: Sequence[float] | Values, threshold: float, *, level: float = 0.95
) -> Verdict | None:
    """Tell whether the mean of a stream of values reaches a threshold, as soon as that is certain.

    Money is put on each value lying above the threshold, and money on its lying below. Where the mean is
    the threshold, no such bet gains on average, so that the money grows to 2 / (1 - level) times its start
    with a chance of half of 1 - level at most, however often one looks (Ville). The bets are four at once,
    each the best one for a rate that is 0.05, 0.1, 0.2 or 0.4 away. There is a verdict when the threshold
    lies outside of the `confidence_sequence`.

    A value that is not known yet, or never will be, counts as its worst for either verdict: which values
    come in first then does not matter.

    Args:
        lows: What each value is at least, 0 to 1, in an order chosen before the values were seen.
        highs: What each value is at most.
        threshold: Between 0 and 1, both excluded.
        level: 1 less the chance that a verdict is false, at whatever time it comes.

    Returns:
        The verdict; `None` while there is none.

    Raises:
        ValueError: When a value or the threshold is out of its bounds.

    Source:
        I. Waudby-Smith and A. Ramdas, "Estimating means of bounded random variables by betting", Journal
        of the Royal Statistical Society B 86 (2024), 1-27.
    """
    if not 0 < threshold < 1:
        raise ValueError(f"a threshold is between 0 and 1, not {threshold:g}")
    least, most = _checked(lows), _checked(highs)
    needed = _needed(level)
    if _most_won(least, threshold) >= needed:
        return "reached"
    if _most_won(1 - most, 1 - threshold) >= needed:
        return "missed"
    return None


def confidence_sequence(values: Sequence[float] | Values, *, level: float = 0.95) -> Interval:
    """All means that the values do not rule out; holds the true one at whatever time it is asked for.

    Args:
        values: Between 0 and 1, in an order chosen before they were seen.
        level: Share of streams for which the true mean is within the interval at every time.

    Returns:
        The interval, to a thousandth outwards.

    Raises:
        ValueError: When a value is out of its bounds.
    """
    seen = _checked(values)
    needed = _needed(level)
    means = np.arange(1, _CANDIDATES) / _CANDIDATES
    left = [
        mean for mean in means if _most_won(seen, mean) < needed and _most_won(1 - seen, 1 - mean) < needed
    ]
    if not left:
        # The truth lies between two candidates, next to where the values do.
        left = [float(np.clip(seen.mean(), means[0], means[-1]))]
    return Interval(max(0.0, float(left[0]) - 1 / _CANDIDATES), min(1.0, float(left[-1]) + 1 / _CANDIDATES))


def _needed(level: float) -> float:
    """The logarithm of what the money has to grow to: each side may err half as often as both."""
    return -math.log((1 - level) / 2)


def _checked(values: Sequence[float] | Values) -> Values:
    checked = np.asarray(values, dtype=np.float64)
    if not ((checked >= 0) & (checked <= 1)).all():
        raise ValueError("a sequential test takes values from 0 to 1")
    return checked


def _most_won(values: Values, mean: float) -> float:
    """The logarithm of the most money that was ever there, of 1, by bets that the mean is above `mean`."""
    if not len(values):
        return 0.0
    # Kelly's bet on a rate that lies `effect` above; never all one has.
    bets = [min(effect, 0.95 * (1 - mean)) / (mean * (1 - mean)) for effect in _EFFECTS]
    won = np.cumsum(np.log1p(np.outer(bets, values - mean)), axis=1)
    return float(np.logaddexp.reduce(won, axis=0).max()) - math.log(len(bets))
