"""What the samples say about one rule: a figure, and how far on the good side of its limit it surely lies."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Literal

from llmbench_inspect.results.compare import Better, Metric, Values
from llmbench_inspect.statistics import (
    Interval,
    PairedDifference,
    bootstrap_difference,
    estimate_clustered_quantile,
    estimate_mean,
    estimate_rate,
    mcnemar,
    paired_difference,
)

from .policy import AllowedDrop

Verdict = Literal["PASS", "FAIL", "INCONCLUSIVE"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """How sure a verdict has to be."""

    within: float
    """Confidence of the interval that lies within the limit for PASS."""

    beyond: float
    """Of the one that lies beyond it for FAIL: higher, where several rules could fail by chance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What was found, before any rule on numbers of samples."""

    verdict: Verdict
    figure: float
    baseline: float | None
    """The same of the baseline; `None` for a threshold."""

    interval: Interval | None
    """Of the figure, or of its difference from the baseline; at the confidence for PASS."""

    more: int | None
    """About how many more samples would decide, if all figures stay as they are; `None` where none would, or
    it cannot be told."""


def against_threshold(
    values: Values, metric: Metric, *, threshold: float, better: Better, levels: Levels
) -> Evidence:
    """Hold a figure against a fixed one.

    Args:
        values: Of at least one sample.
        metric: What they are.
        threshold: The least, or greatest, figure that passes.
        better: Which.
        levels: How sure to be.
    """
    figure, interval = _estimate(values, metric, level=levels.within)
    _, wide = _estimate(values, metric, level=levels.beyond)
    sign = 1 if better == "higher" else -1
    margin = sign * (figure - threshold)
    low, _ = _ends(interval, sign=sign, shift=-sign * threshold)
    _, high = _ends(wide, sign=sign, shift=-sign * threshold)
    return Evidence(
        verdict="PASS" if low >= 0 else "FAIL" if high < 0 else "INCONCLUSIVE",
        figure=figure,
        baseline=None,
        interval=interval,
        more=_more(margin, low=low, high=high, samples=len(values)) or _more_for(metric, len(values)),
    )


def against_baseline(
    first: Sequence[Sequence[float]],
    second: Sequence[Sequence[float]],
    metric: Metric,
    *,
    allowed: AllowedDrop,
    better: Better,
    levels: Levels,
) -> Evidence:
    """Hold a figure against another run's, sample by sample.

    Args:
        first: The baseline's values of each sample; at least one.
        second: The values that are judged, of the same samples.
        metric: What they are.
        allowed: How much worse they may be.
        better: Which direction is.
        levels: How sure to be.
    """
    sign = 1 if better == "higher" else -1
    scale = 1 - sign * allowed.amount if allowed.relative else 1.0
    room = 0.0 if allowed.relative else allowed.amount
    told = None
    if metric.table == "scores":
        before, after = [fmean(found) for found in first], [fmean(found) for found in second]
        scaled = before if scale == 1 else [scale * value for value in before]
        told = paired_difference(scaled, after, level=levels.within)
        baseline, figure, difference, interval = fmean(before), fmean(after), told.mean, told.interval
        wide = interval
        if levels.beyond != levels.within:
            wide = paired_difference(scaled, after, level=levels.beyond).interval
        if interval is None and len(before) > 1:
            # All samples differ by the same: as in _estimate.
            interval = wide = Interval(difference, difference)
    else:
        drawn, wider = (
            bootstrap_difference(first, second, percent=metric.percent, scale=scale, level=level)
            for level in (levels.within, levels.beyond)
        )
        baseline, figure, difference = drawn.first, drawn.second, drawn.difference
        interval, wide = drawn.interval, wider.interval
    margin = sign * difference + room
    low, _ = _ends(interval, sign=sign, shift=room)
    _, high = _ends(wide, sign=sign, shift=room)
    passes, fails = low >= 0, high < 0
    more = _more(margin, low=low, high=high, samples=len(first)) or _more_for(metric, len(first))
    if told is not None and allowed.amount == 0:
        # Whether there is a difference at all is what the exact test tells best.
        needed = 1 - (levels.within if margin > 0 else levels.beyond)
        shown = told.p_value <= needed
        passes, fails = shown and margin > 0, shown and margin < 0
        if told.test == "mcnemar":
            more = _more_changes(told, needed=needed)
    return Evidence(
        verdict="PASS" if passes else "FAIL" if fails else "INCONCLUSIVE",
        figure=figure,
        baseline=baseline,
        # What decides, told as a difference from the whole baseline.
        interval=interval and Interval(*(end + (scale - 1) * baseline for end in interval)),
        more=more,
    )


def _estimate(values: Values, metric: Metric, *, level: float) -> tuple[float, Interval | None]:
    clusters = list(values.values())
    if metric.percent is not None:
        quantile = estimate_clustered_quantile(clusters, metric.percent, level=level)
        return quantile.value, quantile.interval
    if metric.table == "scores" and all(set(found) <= {0, 1} for found in clusters):
        rate = estimate_rate(clusters, level=level)
        return rate.mean, rate.interval
    mean = estimate_mean(clusters, level=level)
    if mean.interval is None and len(clusters) > 1:
        # All samples agree; whether they are enough to be believed, the rule's minimum says.
        return mean.mean, Interval(mean.mean, mean.mean)
    return mean.mean, mean.interval


def _ends(interval: Interval | None, *, sign: int, shift: float) -> tuple[float, float]:
    """The interval of the margin; without any bound where there is none."""
    if interval is None:
        return -math.inf, math.inf
    low, high = sorted(sign * end + shift for end in interval)
    return low, high


def _more(margin: float, *, low: float, high: float, samples: int) -> int | None:
    """How many it takes until the interval clears the limit: it shrinks with the root of their number."""
    reach = margin - low if margin > 0 else high - margin
    if margin == 0 or not math.isfinite(reach):
        return None
    return max(1, math.ceil(samples * (reach / margin) ** 2) - samples)


def _more_for(metric: Metric, samples: int) -> int | None:
    """How many it takes until a percentile has an interval: until some lie beyond it for certain."""
    if metric.percent is None:
        return None
    share = max(metric.percent, 100 - metric.percent) / 100
    least = math.ceil(math.log(0.025) / math.log(share))
    return least - samples if least > samples else None


def _more_changes(told: PairedDifference, *, needed: float) -> int | None:
    """How many it takes until as large a share of changes to each side is no chance to McNemar's test."""
    if told.better == told.worse:
        return None
    times = [1.0, 1.0]
    while mcnemar(round(times[1] * told.better), round(times[1] * told.worse)) > needed:
        times = [times[1], 2 * times[1]]
    while told.samples * (times[1] - times[0]) > 1:
        middle = sum(times) / 2
        enough = mcnemar(round(middle * told.better), round(middle * told.worse)) <= needed
        times[enough] = middle
    return max(1, math.ceil(told.samples * times[1]) - told.samples)
