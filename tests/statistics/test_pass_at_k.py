"""pass@k agrees with counting, and its interval holds the truth about as often as it says."""

import itertools
from statistics import fmean

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmbench_inspect.statistics import Attempts, Interval, estimate_pass_at_k, pass_at_k, wilson

attempts = st.integers(1, 30).flatmap(
    lambda made: st.builds(Attempts, made=st.just(made), passed=st.integers(0, made))
)


@given(
    st.integers(1, 8).flatmap(
        lambda made: st.tuples(st.just(made), st.integers(0, made), st.integers(1, made))
    )
)
def test_it_is_the_share_of_choices_that_hold_a_pass(trial: tuple[int, int, int]) -> None:
    made, passed, k = trial
    outcomes = [True] * passed + [False] * (made - passed)
    counted = fmean(any(choice) for choice in itertools.combinations(outcomes, k))
    assert pass_at_k(Attempts(made, passed), k) == pytest.approx(counted)


def test_large_numbers_do_not_overflow() -> None:
    assert pass_at_k(Attempts(10_000, 1), 100) == pytest.approx(0.01)


@pytest.mark.parametrize(("made", "k"), [(3, 4), (3, 0), (0, 1)])
def test_fewer_attempts_than_k_are_refused(made: int, k: int) -> None:
    with pytest.raises(ValueError, match="cannot be told"):
        pass_at_k(Attempts(made, 0), k)


def test_it_is_without_bias() -> None:
    random = np.random.default_rng(3)
    passed = random.binomial(8, 0.3, size=20_000)
    told = fmean(pass_at_k(Attempts(8, int(count)), 4) for count in passed)
    assert told == pytest.approx(1 - 0.7**4, abs=0.01)


def test_problems_with_too_few_attempts_are_left_out() -> None:
    estimate = estimate_pass_at_k([Attempts(2, 1), Attempts(1, 0), Attempts(4, 4)], 2)
    assert (estimate.mean, estimate.values, estimate.clusters) == (1, 6, 2)
    with pytest.raises(ValueError, match="no problem has 5"):
        estimate_pass_at_k([Attempts(4, 4)], 5)


@pytest.mark.parametrize("passed", [0, 2, 4])
def test_problems_that_agree_count_as_one_trial_each(passed: int) -> None:
    estimate = estimate_pass_at_k([Attempts(4, passed)] * 12, 1)
    assert estimate.interval == pytest.approx(wilson(passed / 4, 12, quantile=1.959964))


def test_one_problem_tells_no_interval() -> None:
    assert estimate_pass_at_k([Attempts(4, 2)], 1).interval is None


def test_the_same_attempts_give_the_same_interval() -> None:
    problems = [Attempts(4, number % 5) for number in range(20)]
    first = estimate_pass_at_k(problems, 2)
    assert first == estimate_pass_at_k(problems, 2)
    assert isinstance(first.interval, Interval)


@settings(max_examples=40, deadline=None)
@given(st.lists(attempts, min_size=2, max_size=20), st.integers(1, 4))
def test_the_interval_holds_the_estimate_within_0_and_1(problems: list[Attempts], k: int) -> None:
    if any(problem.made >= k for problem in problems):
        estimate = estimate_pass_at_k(problems, k)
        if estimate.interval is not None:
            low, high = estimate.interval
            assert -1e-9 <= low <= estimate.mean + 1e-9
            assert estimate.mean - 1e-9 <= high <= 1 + 1e-9
            assert low < high


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    random = np.random.default_rng(7)
    truth = fmean(1 - (1 - random.beta(1.2, 0.8, size=200_000)) ** 5)
    held = 0
    rounds = 150
    for _ in range(rounds):
        passed = random.binomial(10, random.beta(1.2, 0.8, size=40))
        interval = estimate_pass_at_k([Attempts(10, int(count)) for count in passed], 5).interval
        assert interval is not None
        held += interval.low <= truth <= interval.high
    # Three standard errors of a simulation of this size below 95 %.
    assert held >= rounds * (0.95 - 3 * (0.95 * 0.05 / rounds) ** 0.5)
