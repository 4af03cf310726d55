"""The arithmetic of windows: energy between two times, what was covered, and how samples share it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from operator import attrgetter
from typing import Final, Literal, NamedTuple

from llmbench_inspect.telemetry.gpu.nvml import Reading

LONGEST_GAP: Final = 2.0
"""Seconds between two readings over which nothing is assumed, or three intervals where that is more."""

EnergySource = Literal["counter", "power", "both"]


class Piece(NamedTuple):
    """A time in which the number of running samples did not change."""

    start: float
    end: float
    running: int
    """Samples; at least 1 within a window."""


class Crowd:
    """How many samples run, told as they come and go."""

    def __init__(self) -> None:
        self._times: list[float] = [float("-inf")]
        self._running: list[int] = [0]

    def enter(self, now: float) -> None:
        """A sample begins; times never go back."""
        self._change(now, 1)

    def leave(self, now: float) -> None:
        """A sample ends."""
        self._change(now, -1)

    def at(self, time: float) -> int:
        """Samples that ran at a time."""
        return self._running[bisect_right(self._times, time) - 1]

    def pieces(self, start: float, end: float) -> list[Piece]:
        """Cut a window wherever a sample came or went."""
        first, last = bisect_right(self._times, start), bisect_left(self._times, end)
        times = [start, *self._times[first:last], end]
        return [
            Piece(*times, running)
            for times, running in zip(pairwise(times), self._running[first - 1 : last], strict=True)
            if times[1] > times[0]
        ]

    def _change(self, now: float, by: int) -> None:
        self._times.append(now)
        self._running.append(self._running[-1] + by)


@dataclass(frozen=True)
class Meter:
    """Energy since the first of some readings; between two of them it grows evenly."""

    times: list[float]
    joules: list[float]
    """At each time."""
    covered: list[float]
    """Seconds that are accounted for, at each time."""
    counted: list[bool | None] = field(default_factory=list[bool | None])
    """Up to the next time: by the GPU's own counter, by its power, or not at all."""

    def between(self, start: float, end: float) -> float:
        """Joules."""
        return _at(self.times, self.joules, end) - _at(self.times, self.joules, start)

    def coverage(self, start: float, end: float) -> float:
        """Seconds that are accounted for."""
        return _at(self.times, self.covered, end) - _at(self.times, self.covered, start)

    def source(self, start: float, end: float) -> EnergySource | None:
        """Where the joules of a window come from; `None` where there are none."""
        used = {
            counted
            for counted, (begin, finish) in zip(self.counted, pairwise(self.times), strict=True)
            if counted is not None and begin < end and finish > start
        }
        if len(used) == 2:
            return "both"
        return None if not used else "counter" if used == {True} else "power"


def meter(readings: Sequence[Reading], *, interval: float, until: float) -> Meter:
    """Add up the energy of one GPU.

    Between two readings it is what the GPU's counter went up by; where there is no counter, or it went down
    (reset, wrapped), the mean of the two powers times the time (the trapezoidal rule). A gap adds nothing and
    is not covered. After the last reading, what was last is taken to go on for as long as the last two were
    apart, or one interval where that is longer.

    Args:
        readings: In order of time.
        interval: Seconds between readings, as asked for.
        until: How far to go beyond the last reading.
    """
    if not readings:
        return Meter([], [], [])
    tells_energy = any(reading.energy is not None or reading.power is not None for reading in readings)
    longest = max(LONGEST_GAP, 3 * interval)
    result = Meter([readings[0].seconds], [0.0], [0.0])
    for earlier, later in pairwise(readings):
        seconds = later.seconds - earlier.seconds
        if seconds > longest:
            _extend(result, seconds, None, covered=False)
        elif earlier.energy is not None and later.energy is not None and later.energy >= earlier.energy:
            _extend(result, seconds, (later.energy - earlier.energy) / 1000, counted=True)
        elif earlier.power is not None and later.power is not None:
            _extend(result, seconds, (earlier.power + later.power) / 2 * seconds)
        else:
            _extend(result, seconds, None, covered=not tells_energy)
    last = readings[-1]
    if until > last.seconds:
        watts, counted, pause = last.power, False, interval
        if len(readings) > 1 and (seconds := last.seconds - readings[-2].seconds) > 0:
            pause = min(longest, max(interval, seconds))
            if counted := bool(result.counted[-1]):
                watts = (result.joules[-1] - result.joules[-2]) / seconds
        seconds = min(until - last.seconds, pause)
        joules = None if watts is None else watts * seconds
        _extend(result, seconds, joules, counted=counted, covered=joules is not None or not tells_energy)
    return result


def around(readings: Sequence[Reading], start: float, end: float) -> Sequence[Reading]:
    """The readings of a window, the two before it, and the one after it: all that its figures depend on."""
    first = bisect_left(readings, start, key=attrgetter("seconds"))
    last = bisect_right(readings, end, key=attrgetter("seconds"))
    return readings[max(0, first - 2) : last + 1]


def shared_joules(energy: Meter, pieces: Sequence[Piece]) -> float:
    """A sample's part of the energy: at every instant an equal one of all samples running then."""
    return sum(energy.between(piece.start, piece.end) / piece.running for piece in pieces)


def _extend(
    energy: Meter, seconds: float, joules: float | None, *, counted: bool = False, covered: bool = True
) -> None:
    energy.times.append(energy.times[-1] + seconds)
    energy.joules.append(energy.joules[-1] + (joules or 0.0))
    energy.covered.append(energy.covered[-1] + (seconds if covered else 0.0))
    energy.counted.append(None if joules is None else counted)


def _at(times: Sequence[float], totals: Sequence[float], time: float) -> float:
    """Of a line through points; level before the first and after the last."""
    after = bisect_right(times, time)
    if after == 0 or not times:
        return 0.0
    if after == len(times):
        return totals[-1]
    part = (time - times[after - 1]) / (times[after] - times[after - 1])
    return totals[after - 1] + part * (totals[after] - totals[after - 1])
