"""The arithmetic of windows: nothing is lost and nothing counted twice, however time is cut."""

from __future__ import annotations

from itertools import accumulate, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmbench_inspect.telemetry.gpu.nvml import Reading
from llmbench_inspect.telemetry.gpu.windows import Crowd, Piece, around, meter, shared_joules

INTERVAL = 0.5

gaps = st.floats(0.01, 5)
powers = st.none() | st.floats(0, 1000)
counters = st.none() | st.integers(0, 10**7)


@st.composite
def readings(draw: st.DrawFn) -> list[Reading]:
    """From second 100 on: with and without counter and power, with gaps and resets."""
    times = accumulate(draw(st.lists(gaps, max_size=30)), initial=100.0)
    return [Reading(time, power=draw(powers), energy=draw(counters)) for time in times]


moments = st.floats(90, 260)


@given(readings(), st.lists(moments, min_size=2))
def test_windows_that_partition_time_sum_to_the_whole(read: list[Reading], cuts: list[float]) -> None:
    energy = meter(read, interval=INTERVAL, until=max(cuts))
    windows = list(pairwise(sorted(cuts)))
    whole = energy.between(min(cuts), max(cuts))
    assert sum(energy.between(*window) for window in windows) == pytest.approx(whole, abs=1e-6)
    assert all(energy.between(*window) >= 0 for window in windows)
    covered = energy.coverage(min(cuts), max(cuts))
    assert sum(energy.coverage(*window) for window in windows) == pytest.approx(covered, abs=1e-6)
    assert covered <= max(cuts) - min(cuts) + 1e-6


@given(readings(), moments, moments)
def test_the_readings_around_a_window_are_enough(read: list[Reading], one: float, other: float) -> None:
    start, end = sorted((one, other))
    near = meter(around(read, start, end), interval=INTERVAL, until=end)
    whole = meter(read, interval=INTERVAL, until=end)
    tells = {reading.power is None and reading.energy is None for reading in read}
    assert near.between(start, end) == pytest.approx(whole.between(start, end), abs=1e-6)
    if len(tells) == 1:
        assert near.coverage(start, end) == pytest.approx(whole.coverage(start, end), abs=1e-6)


@given(readings(), st.lists(st.tuples(moments, moments), min_size=1, max_size=12))
def test_splitting_preserves_the_total(read: list[Reading], spans: list[tuple[float, float]]) -> None:
    spans = [span for span in map(sorted, spans) if span[0] < span[1]]  # type: ignore[misc]
    crowd = Crowd()
    for time, entering in sorted([(start, True) for start, _ in spans] + [(end, False) for _, end in spans]):
        crowd.enter(time) if entering else crowd.leave(time)
    energy = meter(read, interval=INTERVAL, until=260)
    parts = sum(shared_joules(energy, crowd.pieces(*span)) for span in spans)
    busy = sum(
        energy.between(*gap)
        for gap in pairwise(sorted({time for span in spans for time in span}))
        if crowd.at(sum(gap) / 2) > 0
    )
    assert parts == pytest.approx(busy, abs=1e-6)


def test_trapezoids_of_power() -> None:
    read = [Reading(0, power=100), Reading(1, power=300), Reading(2, power=300)]
    energy = meter(read, interval=1, until=2)
    assert energy.between(0, 2) == 500
    assert energy.source(0, 2) == "power"
    assert energy.coverage(0, 2) == 2


def test_the_counter_comes_before_power() -> None:
    read = [Reading(0, power=100, energy=5000), Reading(1, power=100, energy=5400)]
    energy = meter(read, interval=1, until=1)
    assert energy.between(0, 1) == pytest.approx(0.4)
    assert energy.source(0, 1) == "counter"


def test_a_counter_that_wraps_or_is_reset_counts_by_power_meanwhile() -> None:
    top = 2**32
    read = [
        Reading(0, power=100, energy=top - 100_000),
        Reading(1, power=100, energy=top),
        Reading(2, power=100, energy=0),
        Reading(3, power=100, energy=100_000),
    ]
    energy = meter(read, interval=1, until=3)
    assert energy.between(0, 3) == 300
    assert energy.source(0, 3) == "both"
    assert energy.source(0, 1) == "counter"


def test_a_reset_without_power_is_not_covered() -> None:
    energy = meter(
        [Reading(0, energy=900), Reading(1, energy=0), Reading(2, energy=500)], interval=1, until=2
    )
    assert energy.between(0, 2) == 0.5
    assert energy.coverage(0, 2) == 1


def test_a_gap_is_not_filled() -> None:
    read = [Reading(0, power=100), Reading(1, power=100), Reading(11, power=100), Reading(12, power=100)]
    energy = meter(read, interval=1, until=12)
    assert energy.between(0, 12) == 200
    assert energy.coverage(0, 12) == 2


def test_after_the_last_reading_one_interval_is_filled() -> None:
    energy = meter([Reading(0, power=100), Reading(0.5, power=100)], interval=0.5, until=9)
    assert energy.between(0, 9) == 100
    assert energy.coverage(0, 9) == 1


def test_a_gpu_that_tells_no_energy_is_covered_by_its_readings() -> None:
    energy = meter([Reading(0, utilization=50), Reading(1, utilization=50)], interval=1, until=1)
    assert energy.coverage(0, 1) == 1
    assert energy.source(0, 1) is None


def test_without_readings_nothing_is_covered() -> None:
    energy = meter([], interval=1, until=9)
    assert energy.between(0, 9) == energy.coverage(0, 9) == 0
    assert energy.source(0, 9) is None


def test_two_samples_share_while_both_run() -> None:
    crowd = Crowd()
    crowd.enter(0)
    crowd.enter(4)
    crowd.leave(6)
    crowd.leave(8)
    assert crowd.pieces(0, 6) == [Piece(0, 4, 1), Piece(4, 6, 2)]
    energy = meter([Reading(second, power=100) for second in range(9)], interval=1, until=8)
    assert shared_joules(energy, crowd.pieces(0, 6)) == 500
    assert shared_joules(energy, crowd.pieces(4, 8)) == 300
