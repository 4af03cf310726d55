"""What scores of prompts add up to: latency of passes and of failures, and what a schema changes."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import Final

from inspect_ai.scorer import (
    Metric,
    SampleScore,
    Value,
    metric,
    value_to_float,
)

from llmbench_inspect.statistics import percentile

PASSED: Final = "passed"
"""The class of an answer that keeps every constraint."""

_to_float = value_to_float()


@metric(scores="unreduced")
def latency() -> Metric:
    """Median and 95th percentile of the calls' seconds, of answers that pass and of those that fail."""

    def compute(scores: list[SampleScore]) -> Value:
        seconds: defaultdict[str, list[float]] = defaultdict(list)
        for score in scores:
            took = _noted(score, "seconds")
            if isinstance(took, float):
                seconds["pass" if _to_float(score.score.value) == 1 else "fail"].append(took)
        return {
            f"{outcome}_p{percent}_s": percentile(seconds[outcome], percent) if seconds[outcome] else math.nan
            for outcome in ("pass", "fail")
            for percent in (50, 95)
        }

    return compute


@metric(scores="unreduced")
def schema_kept() -> Metric:
    """The share of the answers that fit their schema, of those that ended by themselves.

    A provider that enforces the schema gives 1. Where it is less, the provider sends the schema and something
    behind it takes no notice: then the score is that of a second free answer.
    """

    def compute(scores: list[SampleScore]) -> Value:
        return _share([_noted(score, "schema_kept") for score in scores])

    return compute


@metric(scores="unreduced")
def without_schema() -> Metric:
    """The pass rate of the answers that the same samples were given without a schema."""

    def compute(scores: list[SampleScore]) -> Value:
        return _share([_noted(score, "passes_without_schema") for score in scores])

    return compute


def _noted(score: SampleScore, name: str) -> object:
    return (score.score.metadata or {}).get(name)


def _share(told: list[object]) -> float:
    known = [one for one in told if isinstance(one, bool)]
    return sum(known) / len(known) if known else math.nan
