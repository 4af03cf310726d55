"""Two runs on the same samples: by how much they differ, and whether that could be chance."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any, Final, Literal, cast

import numpy as np
import scipy  # pyright: ignore[reportMissingTypeStubs]

from .intervals import Interval, estimate_mean, wilson

_RESAMPLES: Final = 9999
_SEED: Final = 20210707
_BLOCK: Final = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedDifference:
    """The second run less the first, over the samples that both have."""

    mean: float
    """Of the differences."""

    interval: Interval | None
    """Confidence interval of the mean; `None` where the samples do not tell one."""

    p_value: float
    """Two-sided: how often samples without any difference between the runs would differ as much."""

    test: Literal["mcnemar", "permutation"]
    """What the p-value comes from: the exact McNemar test for values of 0 and 1, else a permutation test."""

    samples: int
    better: int
    """Samples with a higher value in the second run."""

    worse: int
    """Samples with a lower one."""


def paired_difference(
    first: Sequence[float], second: Sequence[float], *, level: float = 0.95
) -> PairedDifference:
    """Compare two runs sample by sample.

    For right and wrong the interval is Newcombe's (his method 10: Wilson's intervals of both rates, joined
    with the correlation of the pairs) and the test McNemar's exact one. For other values it is Student's
    interval of the differences, and a test that swaps the runs of each sample in all ways, or in 9,999
    random ones (seed fixed).

    Args:
        first: One value a sample, the mean of its epochs where there are several.
        second: The other run's values, of the same samples in the same order.
        level: Share of such intervals that should hold the true difference.

    Raises:
        ValueError: When there are no samples, or not as many in both.

    Source:
        R. G. Newcombe, "Improved confidence intervals for the difference between binomial proportions
        based on paired data", Statistics in Medicine 17 (1998), 2635-2650. Q. McNemar, "Note on the
        sampling error of the difference between correlated proportions", Psychometrika 12 (1947), 153-157.
    """
    if not first or len(first) != len(second):
        raise ValueError(f"pairs are needed: {len(first)} and {len(second)} values are none")
    differences = [after - before for before, after in zip(first, second, strict=True)]
    better = sum(difference > 0 for difference in differences)
    worse = sum(difference < 0 for difference in differences)
    binary = set(first) | set(second) <= {0, 1}
    return PairedDifference(
        mean=fmean(differences),
        interval=_newcombe(first, second, level)
        if binary
        else estimate_mean([[difference] for difference in differences], level=level).interval,
        p_value=mcnemar(better, worse) if binary else _permuted(differences),
        test="mcnemar" if binary else "permutation",
        samples=len(differences),
        better=better,
        worse=worse,
    )


def mcnemar(better: int, worse: int) -> float:
    """The exact two-sided p-value for that many samples that changed sides.

    Twice the smaller tail of a fair coin thrown `better + worse` times, at most 1.
    """
    return min(1.0, 2 * float(scipy.special.bdtr(min(better, worse), better + worse, 0.5)))


def holm(p_values: Sequence[float]) -> list[float]:
    """P-values that allow for there being several, in the order given.

    Source:
        S. Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of
        Statistics 6 (1979), 65-70.
    """
    adjusted = [0.0] * len(p_values)
    highest = 0.0
    for rank, place in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[place]))
        adjusted[place] = highest
    return adjusted


def mcnemar_power(difference: float, *, discordance: float, samples: int, level: float = 0.95) -> float:
    """How often the exact McNemar test finds a difference between two rates.

    Args:
        difference: Of the rates; its sign does not matter.
        discordance: Share of the samples that one run solves and the other does not.
        samples: That both runs have.
        level: 1 less the p-value that counts as found.

    Raises:
        ValueError: When the difference is greater than the discordance, or that is above 1.
    """
    if not abs(difference) <= discordance <= 1:
        raise ValueError(f"a difference of {difference:g} needs a discordance between that and 1")
    if discordance == 0:
        return 0.0
    share = (discordance + abs(difference)) / (2 * discordance)
    power = 0.0
    critical = -1
    for changed in range(samples + 1):
        critical = _critical(changed, 1 - level, least=critical)
        if critical < 0:
            continue
        found = scipy.special.bdtr(critical, changed, share) + scipy.special.bdtrc(
            changed - critical - 1, changed, share
        )
        power += _binomial(changed, samples, discordance) * float(found)
    return power


def smallest_difference(
    discordance: float, *, samples: int, power: float = 0.8, level: float = 0.95
) -> float | None:
    """The smallest difference of two rates that this many samples would show this often.

    Args:
        discordance: Share of the samples that one run solves and the other does not, as seen or supposed.
        samples: That both runs have.
        power: How often it is to be found.
        level: 1 less the p-value that counts as found.

    Returns:
        The difference, to a thousandth upwards; `None` where not even all of the discordance would do.
    """
    most = math.floor(1000 * discordance)
    low, high = 0, most + 1
    while low < high:
        middle = (low + high) // 2
        enough = middle <= most and (
            mcnemar_power(middle / 1000, discordance=discordance, samples=samples, level=level) >= power
        )
        low, high = (low, middle) if enough or middle > most else (middle + 1, high)
    return low / 1000 if low <= most else None


def _newcombe(first: Sequence[float], second: Sequence[float], level: float) -> Interval:
    count = len(first)
    both = sum(before == after == 1 for before, after in zip(first, second, strict=True))
    neither = sum(before == after == 0 for before, after in zip(first, second, strict=True))
    lost = sum(first) - both
    won = sum(second) - both
    quantile = float(scipy.special.ndtri((1 + level) / 2))
    before, after = sum(first) / count, sum(second) / count
    low_before, high_before = wilson(before, count, quantile=quantile)
    low_after, high_after = wilson(after, count, quantile=quantile)
    margins = (both + lost) * (won + neither) * (both + won) * (lost + neither)
    product = both * neither - lost * won
    # With the continuity correction that Newcombe's method 10 makes to a positive correlation.
    correlation = 0.0
    if margins:
        correlation = (max(product - count / 2, 0) if product > 0 else product) / math.sqrt(margins)

    def reach(down: float, up: float) -> float:
        return math.sqrt(max(0.0, down * down - 2 * correlation * down * up + up * up))

    mean = after - before
    return Interval(
        max(-1.0, mean - reach(after - low_after, high_before - before)),
        min(1.0, mean + reach(high_after - after, before - low_before)),
    )


def _permuted(differences: Sequence[float]) -> float:
    if len(differences) < 2:
        return 1.0
    result = cast("Any", scipy.stats).permutation_test(
        (differences,),
        np.mean,
        permutation_type="samples",
        n_resamples=_RESAMPLES,
        # In blocks of a few megabytes, however many samples there are.
        batch=max(1, _BLOCK // len(differences)),
        rng=np.random.default_rng(_SEED),
    )
    return float(result.pvalue)


def _critical(changed: int, allowed: float, *, least: int) -> int:
    """The most changes to the rarer side that still count as found; -1 where none do.

    It is never below that of fewer changes, which `least` is.
    """
    rarer = least
    while rarer + 1 <= changed // 2 and mcnemar(rarer + 1, changed - rarer - 1) <= allowed:
        rarer += 1
    return rarer


def _binomial(count: int, trials: int, rate: float) -> float:
    return float(
        scipy.special.bdtr(count, trials, rate)
        - (scipy.special.bdtr(count - 1, trials, rate) if count else 0)
    )
