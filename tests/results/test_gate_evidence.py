"""Verdicts on simulated runs: seldom false, and as often found as the exact McNemar test would."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from llmbench_inspect.results.compare import read_metric
from llmbench_inspect.results.gate.evidence import Evidence, Levels, against_baseline, against_threshold
from llmbench_inspect.results.gate.policy import AllowedDrop
from llmbench_inspect.statistics import mcnemar_power

LEVELS = Levels(within=0.95, beyond=0.95)
SCORE = read_metric("score")
SIMULATIONS = 1000
SAMPLES = 200


def held(
    lost: int,
    won: int,
    *,
    both: int,
    samples: int = SAMPLES,
    allowed: float = 0.0,
    levels: Levels = LEVELS,
) -> Evidence:
    """A run that loses and wins so many samples, against its baseline."""
    first = [[1.0]] * (both + lost) + [[0.0]] * (samples - both - lost)
    second = [[1.0]] * both + [[0.0]] * lost + [[1.0]] * won + [[0.0]] * (samples - both - lost - won)
    return against_baseline(
        first, second, SCORE, allowed=AllowedDrop(allowed, relative=False), better="higher", levels=levels
    )


def simulated(*, drop: float, discordance: float, allowed: float = 0.0, seed: int) -> Counter[str]:
    chance = random.Random(seed)
    weights = ((discordance + drop) / 2, (discordance - drop) / 2, 1 - discordance)
    verdicts: Counter[str] = Counter()
    for _ in range(SIMULATIONS):
        changed = chance.choices(("lost", "won", "same"), weights, k=SAMPLES)
        lost, won = changed.count("lost"), changed.count("won")
        verdicts[held(lost, won, both=(SAMPLES - lost - won) // 2, allowed=allowed).verdict] += 1
    return verdicts


def error_of(rate: float) -> float:
    """Three standard errors of a simulated rate."""
    return 3 * (rate * (1 - rate) / SIMULATIONS) ** 0.5


@pytest.mark.parametrize("discordance", [0.1, 0.3])
def test_without_a_difference_it_seldom_fails(discordance: float) -> None:
    failed = simulated(drop=0, discordance=discordance, seed=20261121)["FAIL"] / SIMULATIONS
    assert failed <= 0.05 + error_of(0.05)


@pytest.mark.parametrize("discordance", [0.2, 0.3, 0.5])
def test_its_power_is_that_of_the_exact_mcnemar_test(discordance: float) -> None:
    failed = simulated(drop=0.1, discordance=discordance, seed=7)["FAIL"] / SIMULATIONS
    power = mcnemar_power(0.1, discordance=discordance, samples=SAMPLES)
    assert failed == pytest.approx(power, abs=error_of(power))


def test_a_drop_of_just_what_is_allowed_seldom_fails_and_seldom_passes() -> None:
    verdicts = simulated(drop=0.05, discordance=0.2, allowed=0.05, seed=3)
    assert verdicts["FAIL"] / SIMULATIONS <= 0.05 + error_of(0.05)
    assert verdicts["PASS"] / SIMULATIONS <= 0.05 + error_of(0.05)


def test_that_nothing_changed_is_shown_within_what_is_allowed() -> None:
    verdicts = simulated(drop=0, discordance=0.1, allowed=0.08, seed=5)
    assert verdicts["PASS"] / SIMULATIONS > 0.9


@pytest.mark.parametrize(
    ("lost", "won", "allowed", "decided"), [(40, 24, 0.035, "PASS"), (50, 36, 0.0, "FAIL")]
)
def test_about_as_many_more_samples_as_it_says_decide(
    lost: int, won: int, allowed: float, decided: str
) -> None:
    samples = 4 * SAMPLES
    told = held(lost, won, both=480, samples=samples, allowed=allowed)
    assert told.verdict == "INCONCLUSIVE"
    assert told.more is not None
    for share, verdict in ((1.15, decided), (0.8, "INCONCLUSIVE")):
        times = (samples + share * told.more) / samples
        counts = [round(times * count) for count in (lost, won, 480, samples)]
        again = held(counts[0], counts[1], both=counts[2], samples=counts[3], allowed=allowed)
        assert again.verdict == verdict


def test_several_rules_need_more_certainty_to_fail() -> None:
    assert held(22, 8, both=120).verdict == "FAIL"
    assert held(22, 8, both=120, levels=Levels(within=0.95, beyond=1 - 0.05 / 10)).verdict == "INCONCLUSIVE"


@pytest.mark.parametrize(("threshold", "verdict"), [(0.5, "PASS"), (0.6, "INCONCLUSIVE"), (0.7, "FAIL")])
def test_a_rate_is_held_against_its_interval(threshold: float, verdict: str) -> None:
    values = {f"{number}": (1.0 if number < 120 else 0.0,) for number in range(200)}
    told = against_threshold(values, SCORE, threshold=threshold, better="higher", levels=LEVELS)
    assert told.verdict == verdict
    assert (told.more is None) == (threshold == 0.6)


@pytest.mark.parametrize(("threshold", "verdict"), [(3.0, "PASS"), (1.9, "INCONCLUSIVE"), (1.0, "FAIL")])
def test_a_percentile_is_held_against_its_interval(threshold: float, verdict: str) -> None:
    values = {f"{number}": (number / 100, number / 100) for number in range(200)}
    metric = read_metric("ttft.p95")
    told = against_threshold(values, metric, threshold=threshold, better="lower", levels=LEVELS)
    assert told.figure == pytest.approx(1.89, abs=0.01)
    assert told.verdict == verdict


def test_a_percentile_of_few_samples_is_no_evidence() -> None:
    values = {f"{number}": (number / 100,) for number in range(72)}
    told = against_threshold(values, read_metric("ttft.p95"), threshold=9, better="lower", levels=LEVELS)
    assert told.verdict == "PASS"
    values = dict(list(values.items())[:30])
    told = against_threshold(values, read_metric("ttft.p95"), threshold=9, better="lower", levels=LEVELS)
    assert (told.verdict, told.interval, told.more) == ("INCONCLUSIVE", None, 42)


@pytest.mark.parametrize(("factor", "verdict"), [(1.02, "PASS"), (1.10, "INCONCLUSIVE"), (1.3, "FAIL")])
def test_a_time_may_rise_by_a_share_of_the_baseline(factor: float, verdict: str) -> None:
    chance = random.Random(3)
    first = [[chance.uniform(1, 2)] for _ in range(100)]
    second = [[factor * value * chance.uniform(0.9, 1.1)] for [value] in first]
    told = against_baseline(
        first,
        second,
        read_metric("working_seconds"),
        allowed=AllowedDrop(0.1, relative=True),
        better="lower",
        levels=LEVELS,
    )
    assert told.verdict == verdict
    assert told.baseline is not None
    assert told.interval is not None
    assert told.interval.low < told.figure - told.baseline < told.interval.high


def test_without_any_spread_the_figure_is_taken_as_known() -> None:
    values = {f"{number}": (7.0,) for number in range(30)}
    tokens = read_metric("output_tokens")
    assert against_threshold(values, tokens, threshold=8, better="lower", levels=LEVELS).verdict == "PASS"
    assert against_threshold(values, tokens, threshold=6, better="lower", levels=LEVELS).verdict == "FAIL"
