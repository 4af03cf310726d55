"""What was found in one suite, in sentences; every renderer prints the same."""

from __future__ import annotations

from typing import Final

from .findings import LEVEL, POWER, Comparison, Measure, PairFindings
from .wording import amount, bounds, change, count, p_value, size


def summary(comparison: Comparison) -> str:
    """How many suites were compared, and in how many a difference is shown."""
    tests = [pair.test for pair in comparison.pairs if pair.test is not None]
    shown = sum(test.adjusted_p <= 1 - LEVEL for test in tests)
    return (
        f"{count(len(comparison.pairs), 'comparison')}: {shown} with a difference that is more than chance "
        f"(p ≤ {1 - LEVEL:.2g} after Holm)"
    )


def verdict(pair: PairFindings) -> str:
    """Better, worse, or no difference shown."""
    if pair.test is None:
        return "not tested"
    if pair.test.adjusted_p > 1 - LEVEL:
        return "no difference shown"
    return "better" if pair.test.difference.mean > 0 else "worse"


def test_sentences(pair: PairFindings) -> list[str]:
    """The tested score, and what so many samples can show."""
    test = pair.test
    if test is None:
        return ["No sample has the same score as a number on both sides: there is nothing to test."]
    unit, difference = test.unit, test.difference
    how = "exact McNemar test" if difference.test == "mcnemar" else "permutation test"
    same = difference.samples - difference.better - difference.worse
    figures = (
        f"{test.score}: {amount(test.first, unit)} → {amount(test.second, unit)}",
        f"{change(difference.mean, unit)} {bounds(difference.interval, unit)}".rstrip(),
        f"{p_value(difference.p_value)} ({how})",
        f"{p_value(test.adjusted_p)} after Holm: {verdict(pair)}.",
    )
    counts = (
        count(difference.samples, "sample") + f": {difference.better} better",
        f"{difference.worse} worse",
        f"{same} the same.",
    )
    told = [", ".join(figures), ", ".join(counts)]
    if test.smallest is not None:
        told.append(
            f"So many samples, differing so often, show a difference of {size(test.smallest, unit)} "
            f"or more in {POWER:.0%} of comparisons."
        )
    else:
        told.append(f"So few changes cannot show a difference of any size in {POWER:.0%} of comparisons.")
    if pair.left_out:
        told.append(f"{count(pair.left_out, 'sample')} left out: no value on one side at least.")
    return told


MEASURE_COLUMNS: Final = ("measure", "first", "second", "difference", "interval", "samples")


def measure_cells(measure: Measure) -> tuple[str, ...]:
    """What stands in these columns."""
    return (
        measure.name,
        amount(measure.first, measure.unit),
        amount(measure.second, measure.unit),
        change(measure.difference, measure.unit),
        bounds(measure.interval, measure.unit) or "—",
        f"{measure.samples:,}",
    )


def legend(comparison: Comparison) -> list[str]:
    """What the figures mean, and where the links lead."""
    told = [f"Intervals hold the true difference {LEVEL:.0%} of the time."]
    if any(pair.measures for pair in comparison.pairs):
        told.append(
            "Those of the measures are by bootstrap over samples. Measures are not tested: of twenty such "
            "intervals about one excludes 0 by chance."
        )
    if any(pair.flips for pair in comparison.pairs):
        told.append(f"Links work while this runs: inspect view --log-dir {comparison.folder}")
    return told
