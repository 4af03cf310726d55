"""What a comparison finds; every renderer prints the same findings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from llmbench_inspect.statistics import Interval, PairedDifference

from .metric import Better

LEVEL: Final = 0.95
"""Share of intervals that hold the true difference."""

POWER: Final = 0.8
"""How often the smallest difference that is told would be found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flip:
    """A sample whose score is not the same in both."""

    sample_id: str
    first: float
    second: float
    first_link: str | None
    """To the log viewer."""

    second_link: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Test:
    """The suite's first score, compared and tested."""

    score: str
    unit: str
    """`RATE` where all values are 0 or 1."""

    first: float
    second: float
    difference: PairedDifference
    adjusted_p: float
    """The p-value after Holm, over all suites that were compared."""

    discordance: float
    """Share of samples whose value is not the same in both."""

    smallest: float | None
    """The smallest difference that so many samples, differing so often, show four times out of five."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """Another figure, compared by bootstrap."""

    name: str
    unit: str
    better: Better | None
    first: float
    second: float
    difference: float
    interval: Interval | None
    samples: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PairFindings:
    """One suite, two arms."""

    suite: str
    first: str
    """What the first arm is: its side, its model and the settings in which they differ."""

    second: str
    samples: int
    """That both have a value of the tested score for."""

    left_out: int
    """That both were to run, and one has none for."""

    notes: tuple[str, ...]
    test: Test | None
    """`None` where the task has no score that is a number for a sample that both have."""

    measures: tuple[Measure, ...]
    flips: tuple[Flip, ...]
    """Worse ones first, the largest change first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotCompared:
    """What could not be compared."""

    suite: str
    first: tuple[str, ...]
    second: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """All findings; every text is one printable line."""

    pairs: tuple[PairFindings, ...]
    not_compared: tuple[NotCompared, ...]
    warnings: tuple[str, ...]
    """Runs that did not end well, and files that could not be read."""

    folder: str
    """The folder that the log viewer has to show for the links to work."""
