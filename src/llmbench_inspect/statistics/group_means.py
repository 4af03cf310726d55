"""Means with their intervals, overall and in each group of samples, as one metric for any suite."""

from __future__ import annotations

import math
from collections import defaultdict

from inspect_ai.scorer import Metric, SampleScore, Value, metric

from .intervals import Bounds, estimate_mean, estimate_rate


@metric(scores="unreduced")
def group_means(*keys: str, low: float = -math.inf, high: float = math.inf) -> Metric:
    """The mean of all samples as `all`, of each group by its name, and `_lower` and `_upper` ends of 95 %.

    Samples whose value is NaN are left out; NaN stands where none is left. `n` says over how many values it
    goes. Where all values are 0 or 1 the interval is Wilson's, else Student's; epochs are clustered by sample.

    Args:
        *keys: Fields of the samples' metadata; each value of each is a group.
        low: What no value is below.
        high: What no value is above.
    """

    def compute(scores: list[SampleScore]) -> Value:
        groups: defaultdict[str, defaultdict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
        groups["all"].clear()  # told whatever there is
        for score in scores:
            value, about = score.score.as_float(), score.sample_metadata or {}
            for group in ("all", *(str(about[key]) for key in keys)):
                samples = groups[group]
                if not math.isnan(value):
                    samples[str(score.sample_id)].append(value)
        told: dict[str, str | int | float | bool | None] = {}
        for group, samples in groups.items():
            mean, lower, upper = _estimate(list(samples.values()), Bounds(low, high))
            told |= {group: mean, f"{group}_lower": lower, f"{group}_upper": upper}
        return told | {"n": sum(map(len, groups["all"].values()))}

    return compute


def _estimate(clusters: list[list[float]], bounds: Bounds) -> tuple[float, float, float]:
    if not clusters:
        return math.nan, math.nan, math.nan
    rate = bounds.high == 1 and all(value in {0, 1} for cluster in clusters for value in cluster)
    estimate = estimate_rate(clusters) if rate else estimate_mean(clusters, bounds=bounds)
    lower, upper = estimate.interval or (math.nan, math.nan)
    return estimate.mean, lower, upper
