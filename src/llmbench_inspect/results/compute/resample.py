"""Intervals over problems: the bootstrap that draws problems with all their attempts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from llmbench_inspect.statistics import Interval, wilson

Numbers = NDArray[np.float64]

_DRAWS: Final = 1000
_FEWEST_DRAWS: Final = 200
_MOST_DRAWN: Final = 4_000_000
"""Attempts in all draws together; where there are so many, each draw says more."""

_SEED: Final = 1
_ENDS: Final = (2.5, 97.5)
_MOST_AT_ONCE: Final = 4_000_000
_NORMAL: Final = 1.959963984540054


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A figure and how well it is known."""

    value: float
    interval: Interval | None
    """95 % confidence interval over problems; `None` where they do not tell one."""


class Problems:
    """The problems of some attempts, to be drawn from.

    Args:
        ids: Of the problem of each attempt.
    """

    def __init__(self, ids: Sequence[str]) -> None:
        names = {name: place for place, name in enumerate(dict.fromkeys(ids))}
        self.count: int = len(names)
        self._of = np.array([names[name] for name in ids], dtype=np.intp)

    @classmethod
    def of(cls, attempts: pl.DataFrame) -> Problems:
        """Those of a table of attempts."""
        return cls(attempts["sample_id"].to_list())

    def sums(self, values: Numbers) -> Numbers:
        """Sums over the attempts at each problem.

        Args:
            values: An attempt a row.
        """
        sums = np.zeros((self.count, *values.shape[1:]))
        np.add.at(sums, self._of, values)
        return sums

    def draws(self) -> Numbers:
        """How often each problem was drawn: a draw a row, the same at every call."""
        number = min(_DRAWS, max(_FEWEST_DRAWS, _MOST_DRAWN // max(1, len(self._of))))
        random = np.random.default_rng(_SEED)
        chosen = random.integers(0, self.count, size=(number, self.count))
        chosen += np.arange(number)[:, None] * self.count
        counts = np.bincount(chosen.ravel(), minlength=number * self.count)
        return counts.reshape(number, self.count).astype(np.float64)

    def attempt_draws(self) -> Iterator[Numbers]:
        """The same for each attempt, some draws at a time."""
        draws = self.draws()
        rows = max(1, _MOST_AT_ONCE // max(1, len(self._of)))
        for start in range(0, len(draws), rows):
            yield draws[start : start + rows, self._of]


def measure(value: float, drawn: Numbers, *, problems: int, is_rate: bool = False) -> Measure | None:
    """A figure with the percentile interval of its draws.

    Args:
        value: Of all attempts.
        drawn: The same of each draw; NaN where a draw has none.
        problems: Their number.
        is_rate: Whether it is a share of attempts. One that no draw moves then has Wilson's interval, as
            if each problem were one trial; any other figure has none.

    Returns:
        The figure, without an interval where one problem alone, or too many draws without the figure,
        tell none; `None` where the attempts do not tell the figure at all.
    """
    if not np.isfinite(value):
        return None
    known = drawn[np.isfinite(drawn)]
    interval = None
    if problems > 1 and len(known) > 0.95 * len(drawn):
        low, high = (float(end) for end in np.percentile(known, _ENDS))
        if low < high:
            interval = Interval(min(low, value), max(high, value))
        elif is_rate:
            interval = wilson(min(max(value, 0.0), 1.0), problems, quantile=_NORMAL)
    return Measure(value=value, interval=interval)
