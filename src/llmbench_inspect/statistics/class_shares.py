"""How many of the samples failed in each way, as a metric over the classes that scores name."""

from __future__ import annotations

import math
from collections import Counter

from inspect_ai.scorer import Metric, SampleScore, Value, metric


@metric(scores="unreduced")
def class_shares(whole: str, *failures: str) -> Metric:
    """The share of the scored samples in each class, by `failure_class` in their scores' metadata.

    Args:
        whole: The class of samples that name no failure.
        *failures: All classes of failure; those that did not occur have 0.
    """

    def compute(scores: list[SampleScore]) -> Value:
        classes = Counter((score.score.metadata or {}).get("failure_class") or whole for score in scores)
        return {name: classes[name] / len(scores) if scores else math.nan for name in (whole, *failures)}

    return compute
