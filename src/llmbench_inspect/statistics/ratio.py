"""A ratio of two sums, such as errors over words, with an interval for values that come in clusters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple, cast

import numpy as np
import scipy  # pyright: ignore[reportMissingTypeStubs]

from .intervals import Estimate, Interval

_RESAMPLES: Final = 9999
_SEED: Final = 20040517


class Part(NamedTuple):
    """What one value adds to each sum."""

    above: float
    below: float


def estimate_ratio(clusters: Sequence[Sequence[Part]], *, level: float = 0.95) -> Estimate:
    """The sum of all upper parts over that of all lower ones, with an interval from a bootstrap.

    The bootstrap draws whole clusters, is bias-corrected and accelerated (BCa), and its seed is fixed: the
    same values give the same interval.

    Args:
        clusters: The parts of each cluster; no cluster is empty.
        level: Share of such intervals that should hold the true ratio.

    Returns:
        The ratio, without an interval where there are fewer than two clusters, or where all have the same
        ratio: there is nothing to draw from.

    Raises:
        ValueError: When there is no cluster, or the lower parts of one do not add up to more than 0.

    Source:
        M. Bisani and H. Ney, "Bootstrap estimates for confidence intervals in ASR performance evaluation",
        ICASSP 2004, I-409.
    """
    above = [sum(part.above for part in cluster) for cluster in clusters]
    below = [sum(part.below for part in cluster) for cluster in clusters]
    if not below or min(below) <= 0:
        raise ValueError("a ratio needs clusters whose lower parts add up to more than 0")
    ratios = [upper / lower for upper, lower in zip(above, below, strict=True)]
    return Estimate(
        mean=sum(above) / sum(below),
        values=sum(map(len, clusters)),
        clusters=len(clusters),
        interval=_bootstrap(above, below, level) if min(ratios) < max(ratios) else None,
    )


def _bootstrap(above: Sequence[float], below: Sequence[float], level: float) -> Interval:
    def ratio(upper: Any, lower: Any, axis: int) -> Any:
        return np.sum(upper, axis=axis) / np.sum(lower, axis=axis)

    result = scipy.stats.bootstrap(  # pyright: ignore[reportUnknownMemberType]
        (above, below),
        ratio,
        paired=True,
        vectorized=True,
        n_resamples=_RESAMPLES,
        confidence_level=level,
        rng=np.random.default_rng(_SEED),
    )
    low, high = cast("tuple[float, float]", result.confidence_interval)
    return Interval(float(low), float(high))
