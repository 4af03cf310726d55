"""Success by what is spent: the share of attempts that are solved within so many steps or tokens."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from .attempts import Amount
from .resample import Measure, Numbers, Problems, measure

BUDGETS: Final = (5_000, 10_000, 15_000, 20_000, 50_000)
"""Token budgets that are told."""

STEPS: Final = (1, 2, 3, 5, 10, 20)
"""Numbers of steps that are told."""

_MOST_POINTS: Final = 200
_PERCENTS: Final = (10, 25, 50, 75, 90)

Places = NDArray[np.intp]


class Point(NamedTuple):
    """A place of a curve."""

    amount: float
    """Steps or tokens."""

    success: Measure
    """Share of attempts that are solved with no more than that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """The share of attempts that are solved, by what they may spend."""

    points: tuple[Point, ...]
    """By rising amount; between two of them the share is that of the lower."""

    known_to: float
    """Amount beyond which nothing is known, because limits ended all attempts that were left; infinite
    where attempts ended by themselves."""

    censored: int
    """Attempts that a limit ended."""


class _Ends(NamedTuple):
    """Attempts by the amounts at which they end."""

    amounts: Numbers
    """All different, rising."""
    starts: Places
    """Where each begins among the attempts in their order."""
    order: Places
    """Attempts by rising amount."""
    solved: Numbers
    """1 where an attempt was solved, in that order."""
    ended: Numbers
    """1 where no limit ended it."""


def success_curve(
    attempts: pl.DataFrame, amount: Amount, *, at: Sequence[float] | None = None
) -> Curve | None:
    """Estimate success within any number of steps or tokens.

    The estimate is Aalen and Johansen's, which is Kaplan and Meier's for several ways to end: an attempt
    that a limit ended might have been solved later and counts up to its end only; one that ended
    unsolved by itself will never be. Where no limit ended an attempt it is the plain share of all
    attempts that were solved with no more than the amount.

    Args:
        attempts: Of one model, as `attempts` gives them.
        amount: What is spent.
        at: Where to tell it; at the amounts where it rises, 200 of them at most, and at the last,
            unless given.

    Returns:
        The curve, with intervals over problems; `None` where no attempt tells the amount.

    Source:
        O. O. Aalen, S. Johansen, "An empirical transition matrix for non-homogeneous Markov chains based
        on censored observations", Scandinavian Journal of Statistics 5 (1978), 141-150.
    """
    told = attempts.filter(pl.col(amount) > 0)
    if told.is_empty():
        return None
    ends = _ends(told, amount)
    problems = Problems.of(told)
    estimate = _incidence(ends, np.ones((1, len(told))))[0]
    known_to = math.inf if ends.ended[ends.starts[-1] :].all() else float(ends.amounts[-1])
    places = _rises(ends, estimate) if at is None else np.asarray(at, dtype=np.float64)
    places = places[places <= known_to]
    reached = np.searchsorted(ends.amounts, places, side="right") - 1
    drawn = np.vstack([_at(_incidence(ends, draws), reached) for draws in problems.attempt_draws()])
    values = _at(estimate[None, :], reached)[0]
    points = [
        Point(float(place), found)
        for place, value, draws in zip(places, values, drawn.T, strict=True)
        if (found := measure(float(value), draws, problems=problems.count, is_rate=True)) is not None
    ]
    return Curve(points=tuple(points), known_to=known_to, censored=int(told["censored"].sum()))


def lengths(attempts: pl.DataFrame, amount: Amount) -> dict[int, Measure]:
    """What attempts take until they end by themselves, solved or not, as percentiles.

    Kaplan and Meier's estimate, in which an attempt that a limit ended is known to take longer than that.

    Args:
        attempts: Of one model, as `attempts` gives them.
        amount: What is spent.

    Returns:
        Those of the percentiles 10, 25, 50, 75 and 90 that the attempts tell: a limit leaves the high ones
        unknown.

    Source:
        E. L. Kaplan, P. Meier, "Nonparametric estimation from incomplete observations", Journal of the
        American Statistical Association 53 (1958), 457-481.
    """
    told = attempts.filter(pl.col(amount) > 0)
    if told.is_empty():
        return {}
    ends = _ends(told, amount)
    problems = Problems.of(told)
    levels = np.asarray(_PERCENTS) / 100
    estimate = _first_reached(ends, _ended(ends, np.ones((1, len(told)))), levels)[0]
    drawn = np.vstack(
        [_first_reached(ends, _ended(ends, draws), levels) for draws in problems.attempt_draws()]
    )
    found = {
        percent: measure(float(value), draws, problems=problems.count)
        for percent, value, draws in zip(_PERCENTS, estimate, drawn.T, strict=True)
    }
    return {percent: told for percent, told in found.items() if told is not None}


def _ends(attempts: pl.DataFrame, amount: Amount) -> _Ends:
    spent = attempts[amount].to_numpy().astype(np.float64)
    order = np.argsort(spent, kind="stable")
    amounts, starts = np.unique(spent[order], return_index=True)
    return _Ends(
        amounts=amounts,
        starts=starts,
        order=order,
        solved=attempts["solved"].to_numpy().astype(np.float64)[order],
        ended=1.0 - attempts["censored"].to_numpy().astype(np.float64)[order],
    )


def _hazards(ends: _Ends, draws: Numbers) -> tuple[Numbers, Numbers]:
    """Of the attempts that reach each amount, the share that is solved there and that ends there."""
    weights = draws[:, ends.order]

    def each(values: Numbers) -> Numbers:
        return np.add.reduceat(values, ends.starts, axis=1)

    at_risk = each(weights)[:, ::-1].cumsum(axis=1)[:, ::-1]
    some = np.maximum(at_risk, 1.0)
    return each(weights * ends.solved) / some, each(weights * ends.ended) / some


def _ended(ends: _Ends, draws: Numbers) -> Numbers:
    """Share of attempts that have ended by themselves at each amount: a draw a row."""
    return 1.0 - np.cumprod(1.0 - _hazards(ends, draws)[1], axis=1, dtype=np.float64)


def _incidence(ends: _Ends, draws: Numbers) -> Numbers:
    """Share of attempts that are solved at each amount: a draw a row."""
    solved, ended = _hazards(ends, draws)
    going = np.cumprod(1.0 - ended, axis=1)
    before = np.hstack([np.ones((len(going), 1)), going[:, :-1]])
    return np.cumsum(before * solved, axis=1, dtype=np.float64)


def _at(shares: Numbers, reached: Places) -> Numbers:
    """The shares at some places, 0 before the first amount."""
    return np.where(reached >= 0, shares[:, np.maximum(reached, 0)], 0.0)


def _rises(ends: _Ends, shares: Numbers) -> Numbers:
    """Amounts at which a curve rises, evenly thinned where they are many, and the last one."""
    rises = ends.amounts[np.diff(shares, prepend=0.0) > 0]
    if len(rises) > _MOST_POINTS:
        rises = rises[np.linspace(0, len(rises) - 1, _MOST_POINTS).round().astype(np.intp)]
    return np.union1d(rises, ends.amounts[-1:])


def _first_reached(ends: _Ends, shares: Numbers, levels: Numbers) -> Numbers:
    """The first amount at which each level is reached, NaN where none does: a draw a row."""
    # A share that is a sum of parts may miss its level by the error of a rounding.
    reached = shares[:, None, :] >= levels[:, None] - 1e-12
    first = ends.amounts[reached.argmax(axis=2)]
    return np.where(reached.any(axis=2), first, np.nan)
