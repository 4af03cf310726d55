"""The sequential test: seldom false at any time, soon certain, blind to the order of answers."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmbench_inspect.statistics import confidence_sequence, sequential_verdict

STREAMS = 1000
LENGTH = 500
# Half of 5 %, and three standard errors of that share in so many streams.
MOST_FALSE = 0.025 + 3 * (0.025 * 0.975 / STREAMS) ** 0.5
RATES = st.lists(st.floats(0, 1), max_size=60)
THRESHOLDS = st.floats(0.01, 0.99)


def coin(rate: float) -> Callable[[random.Random], float]:
    return lambda chance: float(chance.random() < rate)


def paired(better: float, worse: float) -> Callable[[random.Random], float]:
    """A difference of two right or wrong answers, brought from -1 to 1 into 0 to 1."""
    return lambda chance: (chance.choices((1, -1, 0), (better, worse, 1 - better - worse))[0] + 1) / 2


def shares(draw: Callable[[random.Random], float], threshold: float) -> dict[str | None, float]:
    """How often each verdict comes at any time within a stream."""
    chance = random.Random(20261121)
    found: dict[str | None, int] = {"reached": 0, "missed": 0, None: 0}
    for _ in range(STREAMS):
        values = [draw(chance) for _ in range(LENGTH)]
        # Money once won counts for good: the verdict on the whole is the first that came on any part.
        found[sequential_verdict(values, values, threshold)] += 1
    return {verdict: count / STREAMS for verdict, count in found.items()}


@pytest.mark.parametrize("threshold", [0.1, 0.5, 0.8])
def test_a_verdict_is_false_in_one_stream_of_forty_at_most(threshold: float) -> None:
    at_it = shares(coin(threshold), threshold)
    assert at_it["missed"] <= MOST_FALSE
    assert at_it["reached"] <= MOST_FALSE
    assert shares(coin(threshold - 0.02), threshold)["reached"] <= MOST_FALSE
    assert shares(coin(threshold + 0.02), threshold)["missed"] <= MOST_FALSE


def test_a_verdict_on_pairs_is_false_in_one_stream_of_forty_at_most() -> None:
    equal = shares(paired(0.15, 0.15), 0.5)
    assert equal["missed"] <= MOST_FALSE
    assert equal["reached"] <= MOST_FALSE


@pytest.mark.parametrize("threshold", [0.3, 0.5, 0.8])
def test_ten_points_are_found(threshold: float) -> None:
    assert shares(coin(threshold + 0.1), threshold)["reached"] > 0.9
    assert shares(coin(threshold - 0.1), threshold)["missed"] > 0.9


@given(values=RATES, threshold=THRESHOLDS)
def test_what_is_certain_stays_certain(values: list[float], threshold: float) -> None:
    verdicts = [sequential_verdict(values[:n], values[:n], threshold) for n in range(len(values) + 1)]
    first = next((verdict for verdict in verdicts if verdict), None)
    after = [verdict for verdict in verdicts if verdict]
    assert verdicts[0] is None
    assert len(after) == len(verdicts) - (verdicts.index(first) if first else len(verdicts))


@given(values=RATES, threshold=THRESHOLDS, hidden=st.sets(st.integers(0, 59)))
def test_unknown_values_never_make_a_verdict(values: list[float], threshold: float, hidden: set[int]) -> None:
    lows = [0.0 if place in hidden else value for place, value in enumerate(values)]
    highs = [1.0 if place in hidden else value for place, value in enumerate(values)]
    verdict = sequential_verdict(lows, highs, threshold)
    if verdict == "reached":
        assert sequential_verdict(values, [1.0] * len(values), threshold) == "reached"
    if verdict == "missed":
        assert sequential_verdict([0.0] * len(values), values, threshold) == "missed"


def test_the_interval_holds_the_truth_at_all_times() -> None:
    chance = random.Random(7)
    lost = 0
    for _ in range(20):
        values = [float(chance.random() < 0.6) for _ in range(200)]
        lost += any(
            not low <= 0.6 <= high for low, high in (confidence_sequence(values[:n]) for n in (40, 200))
        )
    assert lost <= 20 * (0.05 + 3 * (0.05 * 0.95 / 20) ** 0.5)


@settings(max_examples=30)
@given(values=RATES)
def test_the_interval_is_within_its_bounds_and_holds_the_mean(values: list[float]) -> None:
    low, high = confidence_sequence(values)
    assert 0 <= low <= high <= 1
    if not values:
        assert (low, high) == (0, 1)


@pytest.mark.parametrize("threshold", [0.0, 1.0, -0.1])
def test_a_threshold_that_decides_nothing_is_refused(threshold: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        sequential_verdict([1.0], [1.0], threshold)


def test_values_beyond_their_bounds_are_refused() -> None:
    with pytest.raises(ValueError, match="from 0 to 1"):
        sequential_verdict([10.0], [10.0], 0.5)
