"""Bootstrap intervals: as often right as they say, the same for the same values, percentiles as numpy's."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmbench_inspect.statistics import bootstrap_difference, estimate_clustered_quantile

CLUSTERS = st.lists(st.lists(st.integers(0, 9).map(float), min_size=1, max_size=3), min_size=1, max_size=9)


@settings(max_examples=40, deadline=None)
@given(clusters=CLUSTERS, percent=st.integers(1, 99))
def test_the_figure_is_the_percentile_of_all_values(clusters: list[list[float]], percent: int) -> None:
    told = estimate_clustered_quantile(clusters, percent)
    assert told.value == pytest.approx(
        np.percentile([value for found in clusters for value in found], percent)
    )
    assert told.values == sum(map(len, clusters))


def test_clusters_of_copies_tell_no_more_than_one_of_each() -> None:
    chance = random.Random(1)
    ones = [[chance.random()] for _ in range(101)]
    one, copied = (
        estimate_clustered_quantile(clusters, 50).interval
        for clusters in (ones, [10 * value for value in ones])
    )
    assert one is not None
    assert copied is not None
    assert copied == pytest.approx(one, abs=0.02)


@pytest.mark.parametrize(("percent", "simulations"), [(None, 200), (50, 40)])
def test_intervals_hold_the_truth_as_often_as_they_say(percent: int | None, simulations: int) -> None:
    chance = random.Random(20261121)
    held = 0
    for _ in range(simulations):
        first = [[chance.gauss(5, 1) for _ in range(2)] for _ in range(40)]
        second = [[1.1 * value + chance.gauss(0, 0.5) for value in values] for values in first]
        told = bootstrap_difference(first, second, percent=percent, scale=1.1)
        assert told.interval is not None
        held += told.interval.low <= 0 <= told.interval.high
    assert held / simulations == pytest.approx(0.95, abs=3 * (0.95 * 0.05 / simulations) ** 0.5)


def test_the_same_values_give_the_same_interval_and_few_give_none() -> None:
    values = [[float(number % 7)] for number in range(60)]
    told = [bootstrap_difference(values, values[::-1], percent=percent) for percent in (None, None, 95)]
    assert told[0] == told[1]
    assert told[0].interval is not None
    assert told[2].interval is None
    assert bootstrap_difference([[1.0]], [[2.0]]).interval is None


@pytest.mark.parametrize(("first", "second"), [([], []), ([[1.0]], []), ([[]], [[1.0]])])
def test_values_without_partners_are_refused(first: list[list[float]], second: list[list[float]]) -> None:
    with pytest.raises(ValueError, match="needed"):
        bootstrap_difference(first, second)
