"""Quantiles against numpy's, and their intervals against the binomial distribution."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmbench_inspect.statistics import estimate_quantile

VALUES = st.lists(st.floats(min_value=0, max_value=1e6), min_size=1, max_size=200)


@given(values=VALUES, percent=st.sampled_from([50, 95, 99]))
def test_the_value_is_interpolated_and_lies_within_its_interval(values: list[float], percent: int) -> None:
    found = estimate_quantile(values, percent)
    assert found.value == pytest.approx(float(np.percentile(values, percent)), rel=1e-9, abs=1e-9)
    assert found.values == len(values)
    if found.interval is not None:
        assert found.interval.low <= found.value <= found.interval.high
        assert set(found.interval) <= set(values)


def test_the_ends_are_the_order_statistics_of_the_textbook() -> None:
    # Conover (1999): the median of 20 values lies between the 6th and the 15th, at 95.9 %.
    found = estimate_quantile([float(value) for value in range(1, 21)], 50)
    assert found.value == 10.5
    assert found.interval == (6, 15)


def test_few_values_tell_no_interval() -> None:
    assert estimate_quantile([3.0], 50).interval is None
    assert estimate_quantile([1.0, 2.0, 3.0, 4.0, 5.0], 50).interval is None
    assert estimate_quantile([float(value) for value in range(30)], 95).interval is None
