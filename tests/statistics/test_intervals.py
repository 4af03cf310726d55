"""Intervals against scipy, against numbers worked out apart, and by simulation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from llmbench_inspect.statistics import Bounds, Interval, estimate_mean, estimate_rate, wilson

Z = stats.norm.ppf(0.975)
clusters_of_rates = st.lists(
    st.lists(st.sampled_from([0.0, 1.0]), min_size=1, max_size=6), min_size=1, max_size=8
)
clusters_of_numbers = st.lists(
    st.lists(st.floats(min_value=0, max_value=10), min_size=1, max_size=6), min_size=1, max_size=8
)


def score_interval(rate: float, count: float, quantile: float) -> tuple[float, float]:
    """Where (rate - p)^2 = quantile^2 p (1 - p) / count, solved as the quadratic it is."""
    squared = quantile**2 / count
    low, high = sorted(np.roots([1 + squared, -2 * rate - squared, rate**2]).real)
    return low, high


@given(st.integers(1, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_is_that_of_scipy(trial: tuple[int, int]) -> None:
    successes, count = trial
    expected = stats.binomtest(successes, count).proportion_ci(method="wilson")
    assert wilson(successes / count, count, quantile=Z) == pytest.approx(
        (expected.low, expected.high), abs=1e-9
    )


def test_rate_of_clusters_of_one_is_plain_wilson() -> None:
    estimate = estimate_rate([[1], [1], [0], [1], [0]])
    expected = stats.binomtest(3, 5).proportion_ci(method="wilson")
    assert estimate.mean == pytest.approx(0.6)
    assert estimate.interval == pytest.approx((expected.low, expected.high))


def test_rate_of_clusters_takes_the_effective_number_of_values() -> None:
    estimate = estimate_rate([[1, 0], [0, 0], [0, 1, 1]])
    # Cluster means 1/2, 0, 2/3: mean 7/18, variance of the mean 13/324, effective n (77/324) / (13/324).
    assert estimate.mean == pytest.approx(7 / 18)
    assert estimate.interval == pytest.approx(score_interval(7 / 18, 77 / 13, stats.t.ppf(0.975, 2)))
    assert (estimate.values, estimate.clusters) == (7, 3)


def test_values_that_all_agree_count_once_a_cluster() -> None:
    assert estimate_rate([[1] * 5] * 3).interval == pytest.approx(score_interval(1, 3, Z))


def test_clusters_that_cancel_out_are_no_better_than_independent_values() -> None:
    assert estimate_rate([[1, 0]] * 4).interval == pytest.approx(
        score_interval(0.5, 8, stats.t.ppf(0.975, 3))
    )


def test_mean_of_clusters_is_students_over_their_means() -> None:
    estimate = estimate_mean([[10, 4], [5, 1], [10, 10, 7]])
    expected = stats.ttest_1samp([7, 3, 9], 0).confidence_interval(0.95)
    assert estimate.mean == pytest.approx(19 / 3)
    assert estimate.interval == pytest.approx((expected.low, expected.high))


def test_interval_of_a_bounded_mean_is_cut_there() -> None:
    assert estimate_mean([[7], [3], [9]], bounds=Bounds(0, 10)).interval == Interval(0, 10)


@pytest.mark.parametrize("clusters", [[[3.0]], [[1.0, 5.0, 9.0]], [[4.0], [4.0], [4.0]]])
def test_too_little_to_tell_gives_no_interval(clusters: list[list[float]]) -> None:
    assert estimate_mean(clusters).interval is None


def test_one_value_gives_no_interval_of_a_rate() -> None:
    assert estimate_rate([[1]]).interval is None


@pytest.mark.parametrize("clusters", [[], [[1.0], []]])
def test_no_values_are_refused(clusters: list[list[float]]) -> None:
    with pytest.raises(ValueError, match="at least one value"):
        estimate_mean(clusters)


def test_a_rate_of_other_values_is_refused() -> None:
    with pytest.raises(ValueError, match="0 and 1 alone"):
        estimate_rate([[0.5]])


@given(clusters_of_rates)
def test_interval_of_a_rate_holds_it_and_stays_within_0_and_1(clusters: list[list[float]]) -> None:
    estimate = estimate_rate(clusters)
    if estimate.interval is not None:
        assert 0 <= estimate.interval.low <= estimate.mean <= estimate.interval.high <= 1
        assert estimate.interval.low < estimate.interval.high


@given(clusters_of_numbers)
def test_interval_of_a_mean_holds_it_and_stays_within_bounds(clusters: list[list[float]]) -> None:
    estimate = estimate_mean(clusters, bounds=Bounds(0, 10))
    if estimate.interval is not None:
        assert 0 <= estimate.interval.low <= estimate.mean <= estimate.interval.high <= 10 + 1e-12


@pytest.mark.parametrize(("samples", "epochs"), [(10, 3), (30, 5)])
def test_clustered_rate_holds_the_truth_as_often_as_it_says(samples: int, epochs: int) -> None:
    random = np.random.default_rng(7)
    held = 0
    for _ in range(1000):
        difficulty = random.beta(1.2, 0.8, size=samples)
        values = random.binomial(1, difficulty[:, None], size=(samples, epochs))
        interval = estimate_rate(values.tolist()).interval
        assert interval is not None
        held += interval.low <= 0.6 <= interval.high
    # Three standard errors of a simulation of this size below 95 %.
    assert held >= 1000 * (0.95 - 3 * (0.95 * 0.05 / 1000) ** 0.5)
