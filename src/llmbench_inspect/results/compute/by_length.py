"""Scores by the length of the prompt, for tasks whose samples are asked at several lengths."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from itertools import takewhile
from typing import Any, Final

import polars as pl

from llmbench_inspect.statistics import Interval, estimate_mean, estimate_rate

KEPT: Final = 0.85
"""Share of the shortest length's score that an effective length keeps, as in RULER (arXiv:2404.06654)."""

_SAMPLE: Final = ["log", "sample_id", "epoch"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LengthScore:
    """The score at one length."""

    tokens: float
    """Input tokens as the server counted them, on average; the length that was asked for where it does not
    tell."""

    samples: int
    score: float
    interval: Interval | None
    """95 % confidence interval over samples."""


def scores_by_length(samples: pl.DataFrame, scores: pl.DataFrame) -> tuple[LengthScore, ...]:
    """The first plain score by the lengths that samples were asked at.

    Args:
        samples: Rows of one model with `log`, `sample_id`, `epoch` and `metadata`, whose `tokens` is the
            length asked for.
        scores: Their scores; one named `input_tokens` tells the length that was reached.

    Returns:
        By rising length; nothing where the metadata tell no lengths, or one alone.
    """
    plain = scores.filter(pl.col("key").is_null())
    first = plain.group_by(_SAMPLE, maintain_order=True).agg(pl.col("value").first())
    counted = plain.filter(pl.col("scorer") == "input_tokens").select(*_SAMPLE, counted="value")
    joined = samples.join(first, on=_SAMPLE).join(counted, on=_SAMPLE, how="left")
    values: defaultdict[float, defaultdict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    reached: defaultdict[float, list[float]] = defaultdict(list)
    columns = joined.select("sample_id", "metadata", "value", "counted")
    for sample_id, text, value, tokens in columns.iter_rows():
        metadata: dict[str, Any] = json.loads(text or "{}")
        length = metadata.get("tokens")
        if isinstance(length, int | float) and length > 0 and value is not None:
            values[length][sample_id].append(value)
            reached[length].append(length if tokens is None else tokens)
    if len(values) < 2:
        return ()
    told: list[LengthScore] = []
    for length in sorted(values):
        clusters = list(values[length].values())
        rates = all(value in (0, 1) for cluster in clusters for value in cluster)
        estimate = estimate_rate(clusters) if rates else estimate_mean(clusters)
        told.append(
            LengthScore(
                tokens=sum(reached[length]) / len(reached[length]),
                samples=estimate.values,
                score=estimate.mean,
                interval=estimate.interval,
            )
        )
    return tuple(told)


def effective_length(curve: tuple[LengthScore, ...]) -> LengthScore | None:
    """The last length that keeps 85 % of the shortest one's score, as do all between.

    Args:
        curve: As `scores_by_length` gives it.

    Returns:
        That length; `None` where the shortest one's score is 0.
    """
    if not curve or curve[0].score <= 0:
        return None
    return list(takewhile(lambda each: each.score >= KEPT * curve[0].score, curve))[-1]
