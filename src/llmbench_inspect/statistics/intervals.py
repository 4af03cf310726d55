"""Confidence intervals for a mean of values that come in clusters (the epochs of one sample)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, variance
from typing import NamedTuple

import scipy  # pyright: ignore[reportMissingTypeStubs]


class Interval(NamedTuple):
    """Both ends of a confidence interval, in the unit of the values."""

    low: float
    high: float


class Bounds(NamedTuple):
    """The lowest and the highest value that a measure can take."""

    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A mean and how well it is known."""

    mean: float
    """Mean of the cluster means: every cluster weighs the same, however many values it has."""

    values: int
    """Number of values."""

    clusters: int
    """Number of clusters the values come from."""

    interval: Interval | None
    """Confidence interval of the mean; `None` where the values do not tell one."""


def wilson(rate: float, count: float, *, quantile: float) -> Interval:
    """Wilson's score interval for a rate.

    Args:
        rate: The observed rate, 0 to 1.
        count: Number of independent trials; a fraction where it is an effective number.
        quantile: The two-sided critical value, 1.96 for 95 % of a normal distribution.

    Returns:
        The interval, within 0 and 1 and around `rate`.

    Source:
        E. B. Wilson, "Probable inference, the law of succession, and statistical inference",
        Journal of the American Statistical Association 22 (1927), 209-212.
    """
    squared = quantile * quantile
    scale = 1 + squared / count
    centre = (rate + squared / (2 * count)) / scale
    half = quantile * math.sqrt(rate * (1 - rate) / count + squared / (4 * count * count)) / scale
    return Interval(max(0.0, min(centre - half, rate)), min(1.0, max(centre + half, rate)))


class Moments(NamedTuple):
    """All that an estimate needs to know of values in clusters; each cluster weighs the same."""

    values: int
    """Number of values."""

    clusters: int
    mean: float
    """Mean of the cluster means."""

    variance: float
    """Sample variance of the cluster means; anything where there is one cluster alone."""

    least: float
    """Least of the cluster means."""

    most: float
    """Largest of the cluster means."""


def estimate_rate(clusters: Sequence[Sequence[float]], *, level: float = 0.95) -> Estimate:
    """The rate of 0/1 values, with an interval that knows their clusters.

    Where every cluster has one value this is Wilson's interval. Otherwise the number of values
    is replaced by the effective number `rate (1 - rate) / variance of the mean of cluster means`,
    never more than there are values, and the normal quantile by Student's with clusters - 1
    degrees of freedom (Korn and Graubard). Where all values agree, that variance says nothing:
    each cluster then counts as one trial, as if its values were copies of one another.

    Args:
        clusters: The 0/1 values of each cluster; no cluster is empty.
        level: Share of such intervals that should hold the true rate.

    Returns:
        The rate, without an interval where there are fewer than two clusters.

    Raises:
        ValueError: When there is no cluster, or a value is neither 0 nor 1.

    Source:
        E. L. Korn and B. I. Graubard, "Confidence intervals for proportions with small expected
        number of positive counts estimated from survey data", Survey Methodology 24 (1998), 193-201.
    """
    if any(value not in (0, 1) for cluster in clusters for value in cluster):
        raise ValueError("a rate is estimated from the values 0 and 1 alone")
    return estimate_rate_of(_moments(clusters), level=level)


def estimate_rate_of(moments: Moments, *, level: float = 0.95) -> Estimate:
    """The same as `estimate_rate`, from what was worked out of the clusters elsewhere."""
    values, clusters, rate, spread, _, _ = moments
    if clusters < 2:
        interval = None
    elif values == clusters or rate in (0, 1):
        interval = wilson(rate, clusters, quantile=_normal_quantile(level))
    else:
        effective = min(rate * (1 - rate) / (spread / clusters), values) if spread > 0 else values
        interval = wilson(rate, effective, quantile=_student_quantile(level, clusters - 1))
    return Estimate(mean=rate, values=values, clusters=clusters, interval=interval)


def estimate_mean(
    clusters: Sequence[Sequence[float]], *, bounds: Bounds | None = None, level: float = 0.95
) -> Estimate:
    """The mean of any values, with Student's interval over the cluster means.

    Args:
        clusters: The values of each cluster; no cluster is empty.
        bounds: Values that a mean cannot lie beyond; the interval is cut there.
        level: Share of such intervals that should hold the true mean.

    Returns:
        The mean, without an interval where there are fewer than two clusters, or where all
        cluster means are equal: an interval without width would claim a certainty there is not.

    Raises:
        ValueError: When there is no cluster.

    Source:
        Student, "The probable error of a mean", Biometrika 6 (1908), 1-25; on cluster means, as
        in E. Miller, "Adding error bars to evals" (2024), arXiv:2411.00640, for clusters of one size.
    """
    return estimate_mean_of(_moments(clusters), bounds=bounds, level=level)


def estimate_mean_of(moments: Moments, *, bounds: Bounds | None = None, level: float = 0.95) -> Estimate:
    """The same as `estimate_mean`, from what was worked out of the clusters elsewhere."""
    values, clusters, mean, spread, least, most = moments
    interval = None
    if clusters >= 2 and least < most:
        half = _student_quantile(level, clusters - 1) * math.sqrt(spread / clusters)
        low, high = bounds or (-math.inf, math.inf)
        interval = Interval(max(mean - half, min(low, mean)), min(mean + half, max(high, mean)))
    return Estimate(mean=mean, values=values, clusters=clusters, interval=interval)


def _moments(clusters: Sequence[Sequence[float]]) -> Moments:
    if not clusters or not all(clusters):
        raise ValueError("an estimate needs at least one value in every cluster")
    means = [fmean(cluster) for cluster in clusters]
    return Moments(
        values=sum(map(len, clusters)),
        clusters=len(means),
        mean=fmean(means),
        variance=variance(means) if len(means) > 1 else 0.0,
        least=min(means),
        most=max(means),
    )


def _normal_quantile(level: float) -> float:
    return float(scipy.special.ndtri((1 + level) / 2))


def _student_quantile(level: float, freedom: int) -> float:
    return float(scipy.special.stdtrit(freedom, (1 + level) / 2))
