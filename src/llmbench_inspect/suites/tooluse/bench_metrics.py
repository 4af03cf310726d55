"""What a run of `tool_bench` comes to: shares and amounts with intervals, the tier, failures by mode."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any, Final

from inspect_ai.scorer import Metric, SampleScore, Value, metric

from llmbench_inspect.statistics import Bounds, Estimate, Interval, estimate_mean, estimate_rate
from llmbench_inspect.suites.tooluse.bench_dataset import BASELINES
from llmbench_inspect.suites.tooluse.failure_modes import FAILURE_MODES

FIRST_TIER: Final = 0.8
SECOND_TIER: Final = 0.5


@metric(scores="unreduced")
def shares() -> Metric:
    """The mean of values from 0 to 1 with its 95 % interval: of all samples, each category and difficulty.

    Samples whose value is NaN are left out; NaN where none is left. `n` says over how many it goes.
    """
    return _grouped(Bounds(0, 1))


@metric(scores="unreduced")
def amounts() -> Metric:
    """The same for numbers of things."""
    return _grouped(Bounds(0, math.inf))


def _grouped(bounds: Bounds) -> Metric:
    def compute(scores: list[SampleScore]) -> Value:
        groups: defaultdict[str, defaultdict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
        groups["all"].clear()  # told whatever there is
        for score in scores:
            given = score.score.as_float()
            about = score.sample_metadata or {}
            for group in ("all", about["category"], about["difficulty"]):
                samples = groups[group]
                if not math.isnan(given):
                    samples[str(score.sample_id)].append(given)
        value: dict[str, str | int | float | bool | None] = {}
        for group, samples in groups.items():
            low, high = (math.nan, math.nan)
            estimate = _estimate(samples, bounds)
            if estimate is not None and estimate.interval is not None:
                low, high = estimate.interval
            value |= {
                group: estimate.mean if estimate else math.nan,
                f"{group}_low": low,
                f"{group}_high": high,
            }
        return value | {"n": sum(map(len, groups["all"].values()))}

    return compute


def _estimate(samples: Mapping[str, list[float]], bounds: Bounds) -> Estimate | None:
    clusters = list(samples.values())
    if not clusters:
        return None
    if bounds.high == 1 and all(value in {0, 1} for cluster in clusters for value in cluster):
        return estimate_rate(clusters)
    return estimate_mean(clusters, bounds=bounds)


@metric(scores="unreduced")
def tier() -> Metric:
    """1 for a completion of 80 % or more, 2 from 50 %, 3 below, where Wilson's 95 % interval clears the cuts.

    `tier` is NaN where it does not ("between"); `tier_best` and `tier_worst` are then the tiers that the
    ends of the interval lie in.
    """

    def compute(scores: list[SampleScore]) -> Value:
        samples: defaultdict[str, list[float]] = defaultdict(list)
        for score in scores:
            samples[str(score.sample_id)].append(score.score.as_float())
        interval = estimate_rate(list(samples.values())).interval if samples else None
        best, worst = _tiers(interval)
        return {"tier": best if best == worst else math.nan, "tier_best": best, "tier_worst": worst}

    return compute


def _tiers(interval: Interval | None) -> tuple[float, float]:
    if interval is None:
        return math.nan, math.nan
    return _tier(interval.high), _tier(interval.low)


def _tier(rate: float) -> float:
    return 1 if rate >= FIRST_TIER else 2 if rate >= SECOND_TIER else 3


@metric(scores="unreduced")
def failure_counts() -> Metric:
    """How many of the scored samples failed in each mode."""

    def compute(scores: list[SampleScore]) -> Value:
        counts = Counter(_told(score, "failure_class") for score in scores)
        return {mode: counts[mode] for mode in FAILURE_MODES}

    return compute


@metric(scores="unreduced")
def baselines() -> Metric:
    """The share of the same samples that each baseline completes."""

    def compute(scores: list[SampleScore]) -> Value:
        told = [(score.sample_metadata or {})["baselines"] for score in scores]
        return {
            name: sum(each[name] for each in told) / len(told) if told else math.nan for name in BASELINES
        }

    return compute


def _told(score: SampleScore, key: str) -> Any:
    return (score.score.metadata or {})[key]
