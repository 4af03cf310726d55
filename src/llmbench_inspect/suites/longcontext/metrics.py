"""From samples to figures: rates and times by length, how far a model gets, how time grows."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Final, cast

import numpy as np
import scipy  # pyright: ignore[reportMissingTypeStubs]
from inspect_ai.scorer import Metric, MetricProtocol, SampleScore, Value, ci_wilson, metric

from llmbench_inspect.statistics import estimate_quantile

KEPT: Final = 0.85
"""Share of the shortest length's score that an effective length keeps, as in RULER (arXiv:2404.06654)."""
FEWEST_P95: Final = 20
"""Values from which on a 95th percentile is told."""

_DRAWS: Final = 4000
_SEED: Final = 1


@metric
def rate_by(*keys: str) -> Metric:
    """The rate in each group of samples, with both ends of Wilson's 95 % interval.

    Args:
        *keys: Of the samples' metadata, `length` or `depth` or both.
    """
    wilson = cast("MetricProtocol", ci_wilson())

    def compute(scores: list[SampleScore]) -> Value:
        rates: dict[str, float] = {}
        for group, members in _groups(scores, keys).items():
            name = "_".join(
                f"at_{part}" if key == "depth" else part for key, part in zip(keys, group, strict=True)
            )
            rates[name] = fmean(_value(score) for score in members)
            bounds = cast("Mapping[str, float]", wilson(members))
            rates |= {f"{name}_{end}": bound for end, bound in bounds.items()}
        return rates

    return compute


@metric
def effective_length() -> Metric:
    """The longest length that keeps 85 % of the shortest one's score, as do all between, in tokens.

    Its 95 % interval is of draws from what is known of each length's rate (Jeffreys' posterior, seeded).
    NaN where the shortest length's score is 0: there is nothing to keep.
    """

    def compute(scores: list[SampleScore]) -> Value:
        lengths: defaultdict[int, list[float]] = defaultdict(list)
        for score in scores:
            lengths[(score.sample_metadata or {})["tokens"]].append(_value(score))
        told = sorted(lengths)
        ends = [math.nan, math.nan, math.nan]
        rates = [fmean(lengths[length]) for length in told]
        if told and rates[0] > 0:
            right = np.array([sum(lengths[length]) for length in told])
            count = np.array([len(lengths[length]) for length in told])
            draws = np.random.default_rng(_SEED).beta(
                right + 0.5, count - right + 0.5, size=(_DRAWS, len(told))
            )
            drawn = sorted(told[_reach(draw)] for draw in draws)
            ends = [told[_reach(rates)], drawn[round(0.025 * _DRAWS)], drawn[round(0.975 * _DRAWS) - 1]]
        names = ("effective_length", "effective_length_lower", "effective_length_upper")
        return dict(zip(names, map(float, ends), strict=True))

    return compute


def _reach(rates: Sequence[float]) -> int:
    """Index of the last rate before the first that falls below the share of the first."""
    low = next((place for place, rate in enumerate(rates) if rate < KEPT * rates[0]), len(rates))
    return max(0, low - 1)


@metric(scores="unreduced")
def quantiles_by_length() -> Metric:
    """Median and 95th percentile at each length, with 95 % intervals; NaN where too few values tell."""

    def compute(scores: list[SampleScore]) -> Value:
        told: dict[str, float] = {}
        for (length,), members in _groups(scores, ("length",)).items():
            values = [_value(score) for score in members]
            for percent, fewest in ((50, 1), (95, FEWEST_P95)):
                name = f"{length}_p{percent}"
                found = estimate_quantile(values, percent) if len(values) >= fewest else None
                interval = found.interval if found is not None else None
                told[name] = found.value if found is not None else math.nan
                told[f"{name}_lower"] = interval.low if interval is not None else math.nan
                told[f"{name}_upper"] = interval.high if interval is not None else math.nan
        return told

    return compute


@metric(scores="unreduced")
def growth() -> Metric:
    """The exponent b of time = a x tokens^b, by least squares of the logarithms, with its 95 % interval.

    1 is a time that grows as the prompt does, 2 one that grows with its square. NaN below three calls, or
    where the longest prompt is not twice the shortest.
    """

    def compute(scores: list[SampleScore]) -> Value:
        points = [
            (math.log((score.score.metadata or {})["input_tokens"]), math.log(value))
            for score in scores
            if (value := _value(score)) > 0
        ]
        exponent = half = math.nan
        if len(points) >= 3:
            tokens, times = zip(*points, strict=True)
            if max(tokens) - min(tokens) >= math.log(2):
                fit = scipy.stats.linregress(tokens, times)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
                exponent = float(fit.slope)  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType, reportAttributeAccessIssue]
                error = float(fit.stderr)  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType, reportAttributeAccessIssue]
                half = float(scipy.stats.t.ppf(0.975, len(points) - 2)) * error  # pyright: ignore[reportUnknownMemberType]
        return {"exponent": exponent, "exponent_lower": exponent - half, "exponent_upper": exponent + half}

    return compute


@metric(scores="unreduced")
def statuses(*known: str) -> Metric:
    """How many samples have each status, and how often the check words before and after the text were named.

    Args:
        *known: All statuses.
    """

    def compute(scores: list[SampleScore]) -> Value:
        counts = Counter(score.score.as_str() for score in scores)
        told: dict[str, str | int | float | bool | None] = {name: counts[name] for name in known}
        for mark in ("head", "tail"):
            # Of lengths, not of samples: each length was tried once.
            named = {
                (score.sample_metadata or {})["tokens"]: found
                for score in scores
                if (found := (score.score.metadata or {}).get(mark)) is not None
            }
            told[f"{mark}_named"] = fmean(named.values()) if named else math.nan
        return told

    return compute


def _groups(scores: Sequence[SampleScore], keys: Sequence[str]) -> dict[tuple[str, ...], list[SampleScore]]:
    """Samples by metadata, the short lengths and small depths first."""
    groups: defaultdict[tuple[str, ...], list[SampleScore]] = defaultdict(list)
    for score in sorted(scores, key=lambda score: (score.sample_metadata or {})["tokens"]):
        groups[tuple(str((score.sample_metadata or {})[key]) for key in keys)].append(score)
    return dict(sorted(groups.items(), key=lambda item: item[0][1:])) if "depth" in keys else dict(groups)


def _value(score: SampleScore) -> float:
    return float(score.score.as_float())
