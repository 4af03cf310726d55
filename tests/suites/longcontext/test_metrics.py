"""Figures of lengths, of known samples: how far a model gets, and how its time grows."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inspect_ai.scorer import Metric, MetricProtocol, SampleScore, Score

from llmbench_inspect.suites.longcontext.metrics import effective_length, growth, quantiles_by_length, rate_by


def _scores(values: Mapping[int, Sequence[float]]) -> list[SampleScore]:
    return [
        SampleScore(
            score=Score(value=value, metadata={"input_tokens": tokens}),
            sample_metadata={"tokens": tokens, "length": f"{tokens // 1024}k", "depth": "0.5"},
        )
        for tokens, several in values.items()
        for value in several
    ]


def _computed(metric: Metric, scores: list[SampleScore]) -> dict[str, float]:
    return cast("dict[str, float]", cast("MetricProtocol", metric)(scores))


@pytest.mark.parametrize(
    ("rates", "reach"),
    [
        ([1.0, 0.9, 0.86, 0.5], 8192),
        ([0.8, 0.7, 0.68, 0.67], 8192),
        ([1.0, 0.5, 1.0, 1.0], 2048),  # what lies between has to hold as well
        ([0.5, 0.9, 0.9, 0.9], 16_384),
        ([1.0, 1.0, 1.0, 1.0], 16_384),
    ],
)
def test_the_effective_length_keeps_85_percent_of_the_shortest(rates: list[float], reach: int) -> None:
    lengths = [2048, 4096, 8192, 16_384]
    found = _computed(
        effective_length(),
        _scores(
            {
                length: [1.0] * round(100 * rate) + [0.0] * round(100 * (1 - rate))
                for length, rate in zip(lengths, rates, strict=True)
            }
        ),
    )
    assert found["effective_length"] == reach
    assert found["effective_length_lower"] <= reach <= found["effective_length_upper"]


def test_few_samples_leave_the_effective_length_open() -> None:
    few = _computed(effective_length(), _scores({2048: [1, 1], 8192: [1, 1], 32_768: [0, 1]}))
    many = _computed(effective_length(), _scores({2048: [1] * 200, 8192: [1] * 200, 32_768: [0, 1] * 100}))
    assert (few["effective_length_lower"], few["effective_length_upper"]) == (2048, 32_768)
    assert (many["effective_length_lower"], many["effective_length_upper"]) == (8192, 8192)


def test_without_a_score_to_keep_there_is_no_effective_length() -> None:
    for scores in (_scores({2048: [0, 0], 8192: [1, 1]}), []):
        assert all(math.isnan(value) for value in _computed(effective_length(), scores).values())


@given(exponent=st.floats(0.2, 2.5), seed=st.integers(0, 99))
def test_the_exponent_of_known_growth_is_found(exponent: float, seed: int) -> None:
    chance = random.Random(seed)
    found = _computed(
        growth(),
        _scores(
            {
                2**power: [1e-4 * 2 ** (power * exponent) * chance.uniform(0.99, 1.01)] * 2
                for power in range(11, 18)
            }
        ),
    )
    assert found["exponent"] == pytest.approx(exponent, abs=0.02)
    assert found["exponent_lower"] <= found["exponent"] <= found["exponent_upper"]


@pytest.mark.parametrize(
    "values", [{}, {2048: [1.0, 2.0]}, {2048: [1.0] * 9}, {2048: [1.0] * 4, 3000: [2.0] * 4}]
)
def test_too_little_tells_no_exponent(values: Any) -> None:
    assert all(math.isnan(value) for value in _computed(growth(), _scores(values)).values())


def test_percentiles_need_enough_calls() -> None:
    found = _computed(quantiles_by_length(), _scores({2048: range(1, 41), 8192: range(1, 5)}))
    assert found["2k_p50"] == 20.5
    assert found["2k_p50_lower"] < 20.5 < found["2k_p50_upper"]
    assert found["2k_p95"] == pytest.approx(38.05)
    assert found["8k_p50"] == 2.5
    assert math.isnan(found["8k_p95"])


def test_rates_come_by_length_and_depth_with_intervals() -> None:
    found = _computed(rate_by("length", "depth"), _scores({2048: [1, 1, 0, 0], 8192: [0, 0]}))
    assert found["2k_at_0.5"] == 0.5
    assert found["2k_at_0.5_lower"] == pytest.approx(0.15, abs=0.001)
    assert found["8k_at_0.5_upper"] == pytest.approx(0.6576, abs=0.001)
