"""Means of groups: what is told, what is left out, which interval."""

from __future__ import annotations

import math
from typing import cast

import pytest
from inspect_ai.scorer import MetricProtocol, SampleScore, Score

from llmbench_inspect.statistics import estimate_mean, group_means, wilson


def told(values: list[tuple[str, str, float]], low: float = 0, high: float = math.inf) -> dict[str, float]:
    scores = [
        SampleScore(score=Score(value=value), sample_id=sample, sample_metadata={"kind": kind})
        for sample, kind, value in values
    ]
    compute = cast("MetricProtocol", group_means("kind", low=low, high=high))
    return cast("dict[str, float]", compute(scores))


def test_rates_have_wilsons_interval_and_groups_their_own() -> None:
    given = told([("1", "lp", 1), ("2", "lp", 0), ("3", "mip", 1), ("4", "mip", 1)], high=1)
    assert (given["all"], given["lp"], given["mip"], given["n"]) == (0.75, 0.5, 1, 4)
    expected = wilson(0.75, 4, quantile=1.959964)
    assert (given["all_lower"], given["all_upper"]) == pytest.approx(expected, abs=1e-6)


def test_amounts_have_students_interval_clustered_by_sample() -> None:
    given = told([("1", "lp", 2), ("1", "lp", 4), ("2", "lp", 9)])
    expected = estimate_mean([[2, 4], [9]]).interval
    assert given["all"] == 6
    assert expected is not None
    assert given["all_upper"] == expected.high
    assert given["all_lower"] == 0


def test_what_says_nothing_is_left_out() -> None:
    given = told([("1", "lp", math.nan), ("2", "mip", 3)])
    assert (given["all"], given["n"]) == (3, 1)
    assert math.isnan(given["lp"])
    assert math.isnan(told([])["all"])
