"""A policy held against logs: a verdict for each rule and suite, and one for all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import PurePosixPath
from typing import Final, NamedTuple

from llmbench_inspect.results.compare import (
    RATE,
    Arm,
    Metric,
    NoPair,
    Pair,
    UnknownMetricError,
    Values,
    match,
    other_hardware,
    read_arms,
    shared,
    unfinished,
)
from llmbench_inspect.results.tables import Tables
from llmbench_inspect.results.untrusted import printable
from llmbench_inspect.statistics import Interval

from .evidence import Evidence, Levels, Verdict, against_baseline, against_threshold
from .policy import AllowedDrop, Policy, PolicyError, Rule, Severity

EXIT_CODES: Final[Mapping[Verdict, int]] = {"PASS": 0, "FAIL": 1, "INCONCLUSIVE": 2}
_ROUNDING: Final = 1e-9


class UnreadableLogError(Exception):
    """A log that a gate was to judge cannot be read; the message names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One rule on one suite and model."""

    rule: int
    """Its number in the policy, from 1."""

    suite: str
    arm: str
    """What was judged: its logs and its model."""

    metric: str
    unit: str
    """`RATE` for a share, which is shown in per cent."""

    severity: Severity
    verdict: Verdict
    figure: float | None
    """`None` where no sample has a value."""

    baseline: float | None
    """The same of the baseline; `None` without one."""

    interval: Interval | None
    """Of the figure; of its difference from the baseline where there is one."""

    threshold: float | None
    allowed: AllowedDrop | None
    lower_is_better: bool
    samples: int
    """That have a value, on both sides where there is a baseline."""

    left_out: float
    """Share of the planned epochs that have none, 0 to 1."""

    more: int | None
    """About how many more samples would decide; `None` where it cannot be told."""

    why: str
    """Why there is no evidence, or empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """All verdicts; every text is one printable line."""

    verdict: Verdict
    judged: tuple[Judged, ...]
    """In the order of the policy."""

    unfinished: tuple[str, ...]
    """Evals that errored, were cancelled or still run: each fails the gate."""

    confidence: float


class _Case(NamedTuple):
    rule: Rule
    number: int
    arm: Arm
    name: str
    """Of the arm: its model, and the settings in which it differs from others of its suite."""


def judge(policy: Policy, logs: Tables, *, baseline: Tables | None) -> Judgement:
    """Hold logs against a policy.

    Args:
        policy: The rules.
        logs: What is judged.
        baseline: What it is compared with, for rules with an allowed drop.

    Returns:
        The verdicts; the same logs give the same ones.

    Raises:
        UnreadableLogError: One of the logs cannot be read.
        PolicyError: A rule names a suite or a score that the logs do not have, or needs a baseline.
    """
    sides = [logs] if baseline is None else [logs, baseline]
    if broken := [left for side in sides for left in side.left_out]:
        raise UnreadableLogError(
            "\n".join(
                f"{printable(log, limit=200)}: {printable(reason, limit=200)}" for log, reason in broken
            )
        )
    arms = read_arms(logs)
    theirs = () if baseline is None else read_arms(baseline)
    pairs, no_pairs = match(theirs, arms)
    # A suite that only the baseline ran would otherwise escape the rules for every suite.
    lost = [arm for arm in theirs if arm.suite not in {one.suite for one in arms}]
    cases = [
        _Case(rule, number, arm, _name(arm, [*arms, *lost]))
        for number, rule in enumerate(policy.rule, start=1)
        for arm in (
            *_meant(rule, arms, number),
            *(lost if rule.allowed_drop is not None and rule.suite is None else ()),
        )
    ]
    may_fail = max(1, sum(case.rule.severity != "advisory" for case in cases))
    levels = Levels(within=policy.confidence, beyond=1 - (1 - policy.confidence) / may_fail)
    judged: list[Judged] = []
    for case in cases:
        if case.rule.allowed_drop is None:
            judged.append(_fixed(case, levels=levels))
        elif baseline is None:
            raise PolicyError(
                f'rule {case.number} ({case.rule.metric}): "allowed_drop" needs --baseline LOGS'
            )
        else:
            pair = next((pair for pair in pairs if pair.second is case.arm), None)
            judged.append(
                _paired(case, pair, levels=levels)
                if pair is not None
                else _judged(case, unit=_unit(case), why=_why_not(case.arm, no_pairs))
            )
    unfinished_runs = tuple(line for side in sides for line in _unfinished(side))
    return Judgement(
        verdict="FAIL" if unfinished_runs else _overall(judged),
        judged=tuple(judged),
        unfinished=unfinished_runs,
        confidence=policy.confidence,
    )


def _meant(rule: Rule, arms: Sequence[Arm], number: int) -> list[Arm]:
    where = f"rule {number} ({rule.metric})"
    metric = rule.read_metric()
    if rule.suite is not None:
        meant = [arm for arm in arms if rule.suite in (arm.suite, arm.task)]
        if not meant:
            near = get_close_matches(rule.suite, {arm.suite for arm in arms}, n=1, cutoff=0)
            told = printable(near[0]) if near else ""
            raise PolicyError(f'{where}: no log is of suite "{rule.suite}"; the nearest known is "{told}"')
        for arm in meant:
            _known(arm, metric, where)
        return meant
    if metric.score is None:
        return list(arms)
    meant = [arm for arm in arms if metric.score in {score.name for score in arm.scores}]
    if meant:
        return meant
    for arm in arms:
        _known(arm, metric, where)
    return list(arms)


def _known(arm: Arm, metric: Metric, where: str) -> None:
    if metric.table != "scores":
        return
    try:
        arm.score(metric)
    except UnknownMetricError as error:
        # An arm without any score has no names to know; that there is no evidence is said later.
        if arm.scores:
            raise PolicyError(f"{where}: {printable(str(error), limit=300)}") from error


def _fixed(case: _Case, *, levels: Levels) -> Judged:
    rule, metric = case.rule, case.rule.read_metric()
    values = _values(case.arm, metric)
    evidence = None
    if values and rule.threshold is not None:
        evidence = against_threshold(
            values, metric, threshold=rule.threshold, better=rule.better(), levels=levels
        )
    return _judged(
        case,
        unit=_unit(case),
        evidence=evidence,
        samples=len(values),
        left_out=_left_out(case.arm, metric),
        hardware=other_hardware(case.arm),
    )


def _paired(case: _Case, pair: Pair, *, levels: Levels) -> Judged:
    rule, metric = case.rule, case.rule.read_metric()
    first, second = _values(pair.first, metric), _values(pair.second, metric)
    both = shared(first, second, pair.samples)
    evidence = None
    if both and rule.allowed_drop is not None:
        evidence = against_baseline(
            [first[sample] for sample in both],
            [second[sample] for sample in both],
            metric,
            allowed=rule.allowed_drop,
            better=rule.better(),
            levels=levels,
        )
    return _judged(
        case,
        unit=RATE if metric.is_rate(first, second) else metric.unit,
        evidence=evidence,
        samples=len(both),
        left_out=max(_left_out(case.arm, metric), 1 - len(both) / len(pair.samples)),
        hardware=other_hardware(pair.first, pair.second),
    )


def _judged(
    case: _Case,
    *,
    unit: str,
    evidence: Evidence | None = None,
    samples: int = 0,
    left_out: float = 0.0,
    hardware: str = "",
    why: str = "",
) -> Judged:
    rule = case.rule
    more = None if evidence is None else evidence.more
    if evidence is None:
        why = why or "no sample has a value"
    elif samples < rule.minimum_n:
        why = f"the rule asks for {rule.minimum_n} samples"
        more = rule.minimum_n - samples
    elif left_out > rule.largest_left_out + _ROUNDING:
        why = f"the rule allows {rule.largest_left_out:.1%} left out"
        more = None
    elif hardware and case.arm.is_of_hardware(rule.read_metric()):
        why = hardware
        more = None
    verdict: Verdict = "INCONCLUSIVE" if why or evidence is None else evidence.verdict
    return Judged(
        rule=case.number,
        suite=printable(case.arm.suite),
        arm=case.name,
        metric=printable(rule.metric),
        unit=unit,
        severity=rule.severity,
        verdict=verdict,
        figure=None if evidence is None else evidence.figure,
        baseline=None if evidence is None else evidence.baseline,
        interval=None if evidence is None else evidence.interval,
        threshold=rule.threshold,
        allowed=rule.allowed_drop,
        lower_is_better=rule.better() == "lower",
        samples=samples,
        left_out=left_out,
        more=more if verdict == "INCONCLUSIVE" else None,
        why=why,
    )


def _unit(case: _Case) -> str:
    metric = case.rule.read_metric()
    return RATE if metric.is_rate(_values(case.arm, metric)) else metric.unit


def _name(arm: Arm, arms: Sequence[Arm]) -> str:
    peers = [other for other in arms if (other.suite, other.model) == (arm.suite, arm.model)]
    common = set(arm.settings).intersection(*(other.settings for other in peers))
    told = [f"{setting.name}={setting.value}" for setting in arm.settings if setting not in common]
    return printable(" ".join([arm.model, *told]), limit=120)


def _values(arm: Arm, metric: Metric) -> Values:
    try:
        return arm.values(metric)
    except UnknownMetricError:
        # Here of an arm without any score alone, or of a baseline with other ones: no evidence.
        return {}


def _left_out(arm: Arm, metric: Metric) -> float:
    try:
        return arm.left_out(metric)
    except UnknownMetricError:
        return 1.0


def _why_not(arm: Arm, no_pairs: Sequence[NoPair]) -> str:
    [told] = [pair.why for pair in no_pairs if arm in pair.first + pair.second]
    return f"no comparison: {printable(told, limit=200)}"


def _unfinished(side: Tables) -> Iterator[str]:
    ended = side.runs.filter("latest").select("log", "status", "model")
    for log, status, model in ended.iter_rows():
        if status != "success":
            yield f"{printable(PurePosixPath(log).name)} ({printable(model)}): {unfinished(status)}"


def _overall(judged: Sequence[Judged]) -> Verdict:
    if any(one.verdict == "FAIL" and one.severity != "advisory" for one in judged):
        return "FAIL"
    if any(one.verdict == "INCONCLUSIVE" and one.severity == "critical" for one in judged):
        return "INCONCLUSIVE"
    return "PASS"
