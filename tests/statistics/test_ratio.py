"""A ratio of sums and its interval."""

from __future__ import annotations

import numpy as np
import pytest

from llmbench_inspect.statistics import Part, estimate_ratio


def test_the_ratio_is_of_the_sums() -> None:
    found = estimate_ratio([[Part(1, 10)], [Part(3, 5), Part(1, 5)]])
    assert found.mean == 5 / 20
    assert (found.values, found.clusters) == (3, 2)
    assert found.interval is not None
    assert found.interval.low <= found.mean <= found.interval.high


def test_the_interval_holds_the_truth_about_as_often_as_it_says() -> None:
    rng = np.random.default_rng(3)
    held = 0
    for _ in range(100):
        below = rng.integers(5, 15, size=24)
        above = rng.binomial(below, rng.beta(2, 4, size=24))
        interval = estimate_ratio([[Part(*pair)] for pair in zip(above, below, strict=True)]).interval
        assert interval is not None
        held += interval.low <= 1 / 3 <= interval.high
    assert 88 <= held <= 99


@pytest.mark.parametrize(
    "clusters", [[[Part(1, 4)]], [[Part(0, 3)], [Part(0, 9)]], [[Part(1, 2)], [Part(2, 4)]]]
)
def test_no_interval_without_a_spread(clusters: list[list[Part]]) -> None:
    assert estimate_ratio(clusters).interval is None


@pytest.mark.parametrize("clusters", [[], [[Part(1, 0)]]])
def test_nothing_to_divide_by(clusters: list[list[Part]]) -> None:
    with pytest.raises(ValueError, match="more than 0"):
        estimate_ratio(clusters)
