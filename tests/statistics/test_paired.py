"""Paired comparisons: the same as published and brute-force figures, seldom wrong without a difference."""

from __future__ import annotations

import random
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmbench_inspect.statistics import (
    holm,
    mcnemar,
    mcnemar_power,
    paired_difference,
    smallest_difference,
)

VALUES = st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=20)
ANSWERS = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=60)


def table(both: int, lost: int, won: int, neither: int) -> tuple[list[float], list[float]]:
    first = [1.0] * (both + lost) + [0.0] * (won + neither)
    second = [1.0] * both + [0.0] * lost + [1.0] * won + [0.0] * neither
    return first, second


@pytest.mark.parametrize(
    ("counts", "interval"),
    [
        # R. G. Newcombe (1998), table III, method 10; there it is the first less the second.
        ((36, 12, 2, 0), (0.0569, 0.3404)),
        ((20, 12, 2, 16), (0.0562, 0.3292)),
        ((0, 12, 2, 36), (0.0569, 0.3404)),
        ((54, 0, 0, 0), (-0.0664, 0.0664)),
    ],
)
def test_intervals_are_newcombes(counts: tuple[int, int, int, int], interval: tuple[float, float]) -> None:
    first, second = table(*counts)
    told = paired_difference(second, first).interval
    assert told is not None
    assert told == pytest.approx(interval, abs=0.0005)


def test_mcnemar_counts_coins() -> None:
    for better, worse in product(range(8), repeat=2):
        thrown = better + worse
        rarer = min(better, worse)
        extreme = sum(sum(coins) <= rarer for coins in product((0, 1), repeat=thrown))
        assert mcnemar(better, worse) == pytest.approx(min(1.0, 2 * extreme / 2**thrown))


def test_other_values_are_permuted() -> None:
    first = [0.1, 0.4, 0.3, 0.8, 0.2]
    second = [0.2, 0.6, 0.35, 0.85, 0.4]
    told = paired_difference(first, second)
    assert told.test == "permutation"
    # All five differences have one sign: 2 of the 32 ways to swap are as far off.
    assert told.p_value == pytest.approx(2 / 32)
    assert told.mean == pytest.approx(0.12)
    assert told.interval is not None
    assert told.interval.low < 0.12 < told.interval.high


@settings(deadline=None)
@given(answers=ANSWERS)
def test_the_other_way_round_all_is_mirrored(answers: list[tuple[bool, bool]]) -> None:
    first = [float(one) for one, _ in answers]
    second = [float(other) for _, other in answers]
    there, back = paired_difference(first, second), paired_difference(second, first)
    assert there.mean == pytest.approx(-back.mean)
    assert there.p_value == back.p_value
    assert (there.better, there.worse) == (back.worse, back.better)
    assert there.interval is not None
    assert back.interval is not None
    assert there.interval.low == pytest.approx(-back.interval.high)
    assert there.interval.low - 1e-9 <= there.mean <= there.interval.high + 1e-9


@settings(deadline=None)
@given(values=VALUES)
def test_any_values_have_a_comparison(values: list[tuple[float, float]]) -> None:
    told = paired_difference([one for one, _ in values], [other for _, other in values])
    assert 0 < told.p_value <= 1
    assert told.better + told.worse <= told.samples


def test_without_a_difference_it_seldom_finds_one() -> None:
    chance = random.Random(20261121)
    found = 0
    for _ in range(1000):
        changed = [chance.choice((0.0, 1.0)) if chance.random() < 0.3 else None for _ in range(200)]
        first = [1.0 if value is None else value for value in changed]
        second = [1.0 if value is None else 1 - value for value in changed]
        found += paired_difference(first, second).p_value <= 0.05
    assert found / 1000 <= 0.05 + 3 * (0.05 * 0.95 / 1000) ** 0.5


def test_the_power_is_what_simulations_show() -> None:
    chance = random.Random(1)
    found = 0
    for _ in range(2000):
        sides = chance.choices((1, -1, 0), (0.2, 0.1, 0.7), k=200)
        found += mcnemar(sides.count(1), sides.count(-1)) <= 0.05
    power = mcnemar_power(0.1, discordance=0.3, samples=200)
    assert found / 2000 == pytest.approx(power, abs=4 * (power * (1 - power) / 2000) ** 0.5)


def test_the_smallest_difference_is_the_first_that_has_the_power() -> None:
    least = smallest_difference(0.3, samples=200)
    assert least is not None
    assert mcnemar_power(least, discordance=0.3, samples=200) >= 0.8
    assert mcnemar_power(least - 0.001, discordance=0.3, samples=200) < 0.8
    assert smallest_difference(0.3, samples=8) is None
    assert smallest_difference(0.0, samples=100) is None


def test_holm_allows_for_many() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([]) == []
    assert holm([0.9, 0.8]) == [1.0, 1.0]


@pytest.mark.parametrize(("first", "second"), [([], []), ([1.0], [1.0, 0.0])])
def test_values_without_partners_are_refused(first: list[float], second: list[float]) -> None:
    with pytest.raises(ValueError, match="pairs are needed"):
        paired_difference(first, second)
    with pytest.raises(ValueError, match="needs a discordance"):
        mcnemar_power(0.2, discordance=0.1, samples=10)
