"""Wilson's interval in each group of samples, as a metric beside Inspect's `grouped(accuracy(), key)`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import cast

from inspect_ai.scorer import Metric, MetricProtocol, SampleScore, Value, ci_wilson, metric


@metric
def group_intervals(key: str) -> Metric:
    """Both ends of Wilson's 95 % interval of the rate in each group, as `GROUP_lower` and `GROUP_upper`.

    Args:
        key: The field of the samples' metadata that names their group.
    """
    wilson = cast("MetricProtocol", ci_wilson())

    def compute(scores: list[SampleScore]) -> Value:
        groups: defaultdict[str, list[SampleScore]] = defaultdict(list)
        for score in scores:
            groups[str((score.sample_metadata or {})[key])].append(score)
        return {
            f"{group}_{end}": bound
            for group, members in groups.items()
            for end, bound in cast("Mapping[str, float]", wilson(members)).items()
        }

    return compute
