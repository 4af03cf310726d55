"""What a run of a coding suite comes to: pass@k, outcomes, tokens and time of a solution."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from statistics import fmean
from typing import Any

from inspect_ai.scorer import Metric, SampleScore, Value, metric

from llmbench_inspect.statistics import Attempts, Bounds, Estimate, estimate_mean, estimate_pass_at_k


@metric(scores="unreduced")
def pass_at_k() -> Metric:
    """The chance that one of k attempts passes, with its 95 % interval from a bootstrap over problems.

    The scores' metadata says for which k. Problems with fewer than k scored attempts are left out; NaN
    where none is left, and for the interval where only one is.
    """

    def compute(scores: list[SampleScore]) -> Value:
        attempts = [Attempts(len(values), values.count(1.0)) for values in _by_problem(scores).values()]
        told = {number for score in scores for number in _told(score, "k")}
        value: dict[str, str | int | float | bool | None] = {}
        for k in sorted(told):
            enough = any(attempt.made >= k for attempt in attempts)
            value |= _shown(f"pass@{k}", estimate_pass_at_k(attempts, k) if enough else None)
        return value

    return compute


@metric(scores="unreduced")
def execution_accuracy() -> Metric:
    """The mean share of tests passed, with its 95 % interval over problems."""

    def compute(scores: list[SampleScore]) -> Value:
        problems = list(_by_problem(scores).values())
        estimate = estimate_mean(problems, bounds=Bounds(0, 1)) if problems else None
        return _shown("execution_accuracy", estimate)

    return compute


@metric(scores="unreduced")
def outcome_shares() -> Metric:
    """The share of the scored attempts in each failure class, and of those that are solved."""

    def compute(scores: list[SampleScore]) -> Value:
        outcomes = Counter(_told(score, "failure_class") or "solved" for score in scores)
        return {name: count / len(scores) for name, count in sorted(outcomes.items())}

    return compute


@metric(scores="unreduced")
def tokens_per_solved() -> Metric:
    """Tokens of all attempts, read and written, over the number of problems with an attempt that passes.

    NaN where no problem is solved, or where the tokens of an attempt are not known.
    """

    def compute(scores: list[SampleScore]) -> Value:
        tokens = [_told(score, "tokens") for score in scores]
        solved = sum(1.0 in values for values in _by_problem(scores).values())
        return math.nan if not solved or None in tokens else sum(tokens) / solved

    return compute


@metric(scores="unreduced")
def time_to_solution() -> Metric:
    """Seconds from the call of the model to an answer that passes, mean over these; NaN without any."""

    def compute(scores: list[SampleScore]) -> Value:
        seconds = [_told(score, "answer_seconds") for score in scores if score.score.as_float() == 1]
        return fmean(seconds) if seconds and None not in seconds else math.nan

    return compute


def _by_problem(scores: list[SampleScore]) -> dict[str, list[float]]:
    problems: defaultdict[str, list[float]] = defaultdict(list)
    for score in scores:
        problems[str(score.sample_id)].append(score.score.as_float())
    return problems


def _told(score: SampleScore, key: str) -> Any:
    return (score.score.metadata or {})[key]


def _shown(name: str, estimate: Estimate | None) -> dict[str, str | int | float | bool | None]:
    low, high = (estimate and estimate.interval) or (math.nan, math.nan)
    mean = estimate.mean if estimate else math.nan
    return {name: mean, f"{name}_low": low, f"{name}_high": high}
