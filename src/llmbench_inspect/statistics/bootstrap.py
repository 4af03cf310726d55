"""Means and quantiles of values in clusters, of one run or of two on the same samples, by bootstrap."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .intervals import Interval
from .quantiles import Quantile, estimate_quantile, percentile

_RESAMPLES: Final = 1999
_SEED: Final = 20210707
_BLOCK: Final = 1_000_000

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class BootstrapDifference:
    """The second run less the first, over the samples that both have."""

    first: float
    second: float
    difference: float
    interval: Interval | None
    """Percentile interval of the difference; `None` where the samples do not tell one."""

    samples: int


def bootstrap_difference(
    first: Sequence[Sequence[float]],
    second: Sequence[Sequence[float]],
    *,
    percent: int | None = None,
    scale: float = 1,
    level: float = 0.95,
) -> BootstrapDifference:
    """Compare two runs by their means, or by a quantile, drawing whole samples with all of their values.

    Each draw takes the same samples of both runs. The seed is fixed: the same values give the same interval.

    Args:
        first: The values of each sample: of its epochs, or of its calls; no sample is empty.
        second: The other run's, of the same samples in the same order.
        percent: Which quantile of all values, 1 to 99; `None` compares the means of the samples' means.
        scale: What the first run's figure is multiplied by before it is subtracted.
        level: Share of such intervals that should hold the true difference.

    Returns:
        Both figures and their difference; no interval where there are fewer than two samples, or too few
        values for both ends of an interval of either run's quantile.

    Raises:
        ValueError: When there are no samples, not as many in both, or one is empty.

    Source:
        A. C. Davison and D. V. Hinkley, "Bootstrap Methods and their Application" (1997), sections 3.8
        and 5.3.
    """
    if not first or len(first) != len(second):
        raise ValueError(f"pairs are needed: {len(first)} and {len(second)} samples are none")
    before, after = _figure(first, percent), _figure(second, percent)
    interval = None
    if _enough(first, percent) and _enough(second, percent):
        told = [
            _resampled(second, draws, percent) - scale * _resampled(first, draws, percent)
            for draws in _draws(len(first))
        ]
        interval = _interval(told, level)
    return BootstrapDifference(
        first=before,
        second=after,
        difference=after - scale * before,
        interval=interval,
        samples=len(first),
    )


def estimate_clustered_quantile(
    clusters: Sequence[Sequence[float]], percent: int, *, level: float = 0.95
) -> Quantile:
    """Estimate a quantile of all values, drawing whole clusters where one has several.

    Args:
        clusters: The values of each cluster; no cluster is empty.
        percent: Which, from 1 to 99.
        level: Share of such intervals that should hold the true quantile.

    Returns:
        The quantile; no interval where there are too few values for both of its ends.

    Raises:
        ValueError: When there is no cluster, or one is empty.
    """
    value = _figure(clusters, percent)
    interval = None
    if _enough(clusters, percent):
        told = [_resampled(clusters, draws, percent) for draws in _draws(len(clusters))]
        interval = _interval(told, level)
    return Quantile(value=value, values=sum(map(len, clusters)), interval=interval)


def _figure(clusters: Sequence[Sequence[float]], percent: int | None) -> float:
    if not clusters or not all(clusters):
        raise ValueError("at least one value is needed in every cluster")
    if percent is None:
        return float(_means(clusters).mean())
    return percentile([value for cluster in clusters for value in cluster], percent)


def _enough(clusters: Sequence[Sequence[float]], percent: int | None) -> bool:
    """Whether a bootstrap can tell: of a quantile near the end too few draws show what lies beyond it."""
    if len(clusters) < 2:
        return False
    if percent is None:
        return True
    # Order statistics of as many independent values as there are clusters have both ends, or are too few.
    return estimate_quantile([float(place) for place in range(len(clusters))], percent).interval is not None


def _draws(samples: int) -> Iterator[NDArray[np.int64]]:
    """All resamples, a row each, in blocks that take a few megabytes."""
    chance = np.random.default_rng(_SEED)
    rows = max(1, _BLOCK // samples)
    for done in range(0, _RESAMPLES, rows):
        yield chance.integers(0, samples, size=(min(rows, _RESAMPLES - done), samples))


def _resampled(clusters: Sequence[Sequence[float]], draws: NDArray[np.int64], percent: int | None) -> Values:
    if percent is None:
        return _means(clusters)[draws].mean(axis=1)
    values = np.array([value for cluster in clusters for value in cluster], dtype=np.float64)
    if len(values) == len(clusters):
        return np.percentile(values[draws], percent, axis=1)
    owner = np.repeat(np.arange(len(clusters)), [len(cluster) for cluster in clusters])
    order = np.argsort(values, kind="stable")
    values, owner = values[order], owner[order]
    return np.array(
        [
            _weighted_percentile(values, np.bincount(drawn, minlength=len(clusters))[owner], percent)
            for drawn in draws
        ]
    )


def _weighted_percentile(values: Values, weights: NDArray[np.int64], percent: int) -> float:
    """That of sorted values, each there as often as its weight says; as `percentile`, without the copies."""
    upto = np.cumsum(weights)
    place = percent / 100 * (upto[-1] - 1)
    below, above = values[np.searchsorted(upto, [math.floor(place), math.ceil(place)], side="right")]
    return float(below + (place % 1) * (above - below))


def _means(clusters: Sequence[Sequence[float]]) -> Values:
    return np.array([sum(cluster) / len(cluster) for cluster in clusters], dtype=np.float64)


def _interval(told: Sequence[Values], level: float) -> Interval:
    low, high = np.quantile(np.concatenate(told), [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(low), float(high))
