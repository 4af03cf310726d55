"""What scores of recordings add up to, over all and by group: rates, word errors, times, with intervals.

Recordings of one request, and epochs of one recording, are no independent trials: they make one cluster.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any, Final

from inspect_ai.scorer import Metric, SampleScore, Value, metric

from llmbench_inspect.statistics import (
    Estimate,
    Interval,
    Part,
    estimate_quantile,
    estimate_rate,
    estimate_ratio,
)

FEWEST_P95: Final = 20
"""Values from which on a 95th percentile is told."""

Scores = list[SampleScore]


@metric(scores="unreduced")
def pass_rate(by: str | None = None) -> Metric:
    """The share of answers that pass, with its 95 % interval over requests (Wilson, Korn and Graubard).

    Args:
        by: Field of the samples' metadata that names their group; all samples together without one.
    """

    def rate(scores: Scores) -> Estimate:
        return estimate_rate([[one.score.as_float() for one in cluster] for cluster in _clusters(scores)])

    return _told("pass_rate", by, rate)


@metric(scores="unreduced")
def words_wrong(by: str | None = None) -> Metric:
    """Word errors of all transcripts over the words that were said, with its 95 % interval over requests.

    Args:
        by: As in `pass_rate`.
    """

    def rate(scores: Scores) -> Estimate:
        return estimate_ratio(
            [
                [Part(_noted(one, "errors"), _noted(one, "words")) for one in cluster]
                for cluster in _clusters(scores)
            ]
        )

    return _told("wer", by, rate)


@metric
def seconds(by: str | None = None) -> Metric:
    """Median and 95th percentile, with 95 % intervals whose ends are order statistics.

    Args:
        by: As in `pass_rate`.
    """

    def compute(scores: Scores) -> Value:
        told: dict[str, float] = {}
        for group, members in _groups(scores, by).items():
            values = [one.score.as_float() for one in members]
            for percent in (50, 95) if len(values) >= FEWEST_P95 else (50,) if values else ():
                found = estimate_quantile(values, percent)
                name = f"{group}_p{percent}" if group else f"p{percent}"
                told |= _shown(name, found.value, found.interval)
        return {**told}

    return compute


@metric(scores="unreduced")
def pass_rate_by_hearing() -> Metric:
    """The share of answers that pass where every word was heard right, and where one was not.

    Without a transcription there are neither.
    """

    def compute(scores: Scores) -> Value:
        told: dict[str, float] = {}
        scores = [one for one in scores if _noted(one, "word_errors") is not None]
        for name, right in (("all_words_right", True), ("words_misheard", False)) if scores else ():
            members = [one for one in scores if (_noted(one, "word_errors") == 0) is right]
            values = [[one.score.as_float() for one in cluster] for cluster in _clusters(members)]
            rate = estimate_rate(values) if values else None
            told |= {**_shown(name, rate and rate.mean, rate and rate.interval), f"{name}_n": len(members)}
        return {**told}

    return compute


def _told(name: str, by: str | None, estimate: Callable[[Scores], Estimate]) -> Metric:
    def compute(scores: Scores) -> Value:
        told: dict[str, float] = {}
        for group, members in _groups(scores, by).items():
            found = estimate(members) if members else None
            told |= _shown(group or name, found and found.mean, found and found.interval)
        return {**told}

    return compute


def _shown(name: str, value: float | None, interval: Interval | None) -> dict[str, float]:
    low, high = interval or (math.nan, math.nan)
    return {name: math.nan if value is None else value, f"{name}_lower": low, f"{name}_upper": high}


def _groups(scores: Scores, by: str | None) -> dict[str, Scores]:
    """The scores of each group, in the order of the groups' names; one group without a name for all."""
    if by is None:
        return {"": scores}
    groups: defaultdict[str, Scores] = defaultdict(list)
    for score in scores:
        groups[str((score.sample_metadata or {})[by])].append(score)
    return dict(sorted(groups.items()))


def _clusters(scores: Scores) -> Sequence[Scores]:
    clusters: defaultdict[str, Scores] = defaultdict(list)
    for score in scores:
        clusters[(score.sample_metadata or {})["task_id"]].append(score)
    return list(clusters.values())


def _noted(score: SampleScore, name: str) -> Any:
    return (score.score.metadata or {})[name]
