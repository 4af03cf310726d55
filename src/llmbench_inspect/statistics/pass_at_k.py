"""The chance that one of k attempts at a problem passes, over problems, with a bootstrap interval."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import fmean
from typing import Final, NamedTuple, cast

import numpy as np
import scipy  # pyright: ignore[reportMissingTypeStubs]

from .intervals import Estimate, Interval, wilson

_RESAMPLES: Final = 9999
_SEED: Final = 20210707


class Attempts(NamedTuple):
    """What came of one problem."""

    made: int
    """Number of attempts."""

    passed: int
    """How many of them passed."""


def pass_at_k(attempts: Attempts, k: int) -> float:
    """The chance that at least one of k attempts passes, without bias, from n >= k attempts.

    It is 1 - C(n - passed, k) / C(n, k): the share of the ways to choose k of the attempts that were
    made in which one passed.

    Raises:
        ValueError: When there are fewer attempts than k, or k is not positive.

    Source:
        M. Chen et al., "Evaluating large language models trained on code" (2021), arXiv:2107.03374.
    """
    if not 1 <= k <= attempts.made:
        raise ValueError(f"pass@{k} cannot be told from {attempts.made} attempts")
    return 1 - math.comb(attempts.made - attempts.passed, k) / math.comb(attempts.made, k)


def estimate_pass_at_k(problems: Sequence[Attempts], k: int, *, level: float = 0.95) -> Estimate:
    """pass@k over problems, with an interval from a bootstrap that draws whole problems.

    The bootstrap is bias-corrected and accelerated (BCa) and its seed fixed: the same attempts give the
    same interval. Where all problems agree it has nothing to draw from; the interval then is that of as
    many trials as there are problems (Wilson).

    Args:
        problems: The attempts at each problem.
        k: Number of attempts of which one has to pass.
        level: Share of such intervals that should hold the true value.

    Returns:
        The mean over the problems with at least k attempts, without an interval where there are fewer
        than two such problems.

    Raises:
        ValueError: When no problem has k attempts.

    Source:
        B. Efron, "Better bootstrap confidence intervals", Journal of the American Statistical
        Association 82 (1987), 171-185.
    """
    counted = [attempts for attempts in problems if attempts.made >= k]
    values = [pass_at_k(attempts, k) for attempts in counted]
    if not values:
        raise ValueError(f"no problem has {k} attempts")
    interval = None
    if len(values) >= 2:
        interval = (
            _bootstrap(values, level)
            if min(values) < max(values)
            else wilson(values[0], len(values), quantile=float(scipy.special.ndtri((1 + level) / 2)))
        )
    return Estimate(
        mean=fmean(values),
        values=sum(attempts.made for attempts in counted),
        clusters=len(values),
        interval=interval,
    )


def _bootstrap(values: Sequence[float], level: float) -> Interval:
    result = scipy.stats.bootstrap(  # pyright: ignore[reportUnknownMemberType]
        (values,),
        np.mean,
        n_resamples=_RESAMPLES,
        confidence_level=level,
        rng=np.random.default_rng(_SEED),
    )
    low, high = cast("tuple[float, float]", result.confidence_interval)
    return Interval(float(low), float(high))
