"""Sets of logs compared: by how much they differ, whether by chance, and which samples flipped."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from statistics import NormalDist, fmean, stdev
from typing import Final, NamedTuple

from llmbench_inspect.results.settings import Setting
from llmbench_inspect.results.tables import Tables
from llmbench_inspect.results.untrusted import printable
from llmbench_inspect.results.viewer import Viewer, viewer
from llmbench_inspect.statistics import (
    bootstrap_difference,
    holm,
    paired_difference,
    smallest_difference,
)

from .arm import Arm, Score, Values, read_arms
from .findings import LEVEL, POWER, Comparison, Flip, Measure, NotCompared, PairFindings, Test
from .metric import RATE, Metric, read_metric
from .pairing import NoPair, Pair, match
from .wording import count

_ID: Final = 200
_EFFORT: Final = (
    "ttft.p50",
    "ttft.p95",
    "seconds.p50",
    "seconds.p95",
    "decode_rate.p50",
    "working_seconds",
    "output_tokens",
    "total_tokens",
    "cost",
    "joules",
)


class Side(NamedTuple):
    """One of the sets of logs that are compared."""

    name: str
    """As it was named."""

    tables: Tables


def compare_sides(sides: Sequence[Side], *, viewer_url: str) -> Comparison:
    """Compare sets of logs with the first of them.

    Args:
        sides: At least two.
        viewer_url: Where a log viewer serves.

    Returns:
        The findings; the same logs give the same ones.
    """
    shown = viewer(
        (log for side in sides for log in side.tables.runs["log"]), url=viewer_url.rstrip("/") + "/"
    )
    first, *others = sides
    arms = read_arms(first.tables)
    pairs: list[PairFindings] = []
    not_compared: list[NotCompared] = []
    for other in others:
        found, none = match(arms, read_arms(other.tables))
        pairs += [_findings(pair, names=(first.name, other.name), viewer=shown) for pair in found]
        not_compared += [_not_compared(pair, names=(first.name, other.name)) for pair in none]
    return Comparison(
        pairs=_adjusted(pairs),
        not_compared=tuple(not_compared),
        warnings=tuple(warning for side in sides for warning in _warnings(side)),
        folder=printable(shown.folder, limit=_ID),
    )


def _label(arm: Arm, *, name: str, differing: Sequence[Setting] = ()) -> str:
    """What an arm is, in one printable line: its side, its model, and settings."""
    if name.endswith((".eval", ".json")):
        name = PurePosixPath(name).stem
    told = " ".join([arm.model, *(f"{setting.name}={setting.value}" for setting in differing)])
    return f"{printable(name, limit=60)}: {printable(told, limit=120)}"


def shared(first: Values, second: Values, samples: Sequence[str]) -> tuple[str, ...]:
    """Those samples that have values in both."""
    return tuple(sample for sample in samples if sample in first and sample in second)


def _findings(pair: Pair, *, names: tuple[str, str], viewer: Viewer) -> PairFindings:
    first, second = pair.first, pair.second
    labels = (
        _label(first, name=names[0], differing=_without(first.settings, second.settings)),
        _label(second, name=names[1], differing=_without(second.settings, first.settings)),
    )
    headline = read_metric("score")
    before, after = first.values(headline), second.values(headline)
    score = first.score(headline)
    # The first score with a number may be another one on the other side, where a scorer failed throughout.
    both = shared(before, after, pair.samples) if score == second.score(headline) else ()
    flips: tuple[Flip, ...] = ()
    test = None
    if both and score is not None:
        means = [(fmean(before[sample]), fmean(after[sample])) for sample in both]
        test = _test(score, means)
        flips = _flips(pair, dict(zip(both, means, strict=True)), viewer=viewer)
    return PairFindings(
        suite=printable(first.suite),
        first=labels[0],
        second=labels[1],
        samples=len(both),
        left_out=len(pair.samples) - len(both),
        notes=tuple(_notes(pair)),
        test=test,
        measures=tuple(_measures(pair)),
        flips=flips,
    )


def _test(score: Score, means: Sequence[tuple[float, float]]) -> Test:
    before, after = [one for one, _ in means], [other for _, other in means]
    difference = paired_difference(before, after, level=LEVEL)
    discordance = (difference.better + difference.worse) / difference.samples
    is_rate = difference.test == "mcnemar"
    return Test(
        score=printable(score.name),
        unit=RATE if is_rate else "",
        first=fmean(before),
        second=fmean(after),
        difference=difference,
        adjusted_p=difference.p_value,
        discordance=discordance,
        smallest=smallest_difference(discordance, samples=len(means), power=POWER, level=LEVEL)
        if is_rate
        else _smallest([after - before for before, after in means]),
    )


def _smallest(differences: Sequence[float]) -> float | None:
    """By the normal approximation; `None` without spread."""
    if len(differences) < 2 or (spread := stdev(differences)) == 0:
        return None
    normal = NormalDist()
    return (normal.inv_cdf((1 + LEVEL) / 2) + normal.inv_cdf(POWER)) * spread / math.sqrt(len(differences))


def _measures(pair: Pair) -> list[Measure]:
    metrics = [read_metric(name) for name in _EFFORT]
    first, second = pair.first, pair.second
    headline = first.score(read_metric("score"))
    metrics += [
        Metric(name=score.name, table="scores", column="value", score=score.name, better="higher")
        for score in first.scores
        if score != headline and score in second.scores
    ]
    if attempts := _attempts(pair):
        metrics.insert(0, read_metric(f"pass@{attempts}"))
    measures: list[Measure] = []
    for metric in metrics:
        before, after = first.values(metric), second.values(metric)
        both = shared(before, after, pair.samples)
        if not both:
            continue
        told = bootstrap_difference(
            [before[sample] for sample in both],
            [after[sample] for sample in both],
            percent=metric.percent,
            level=LEVEL,
        )
        measures.append(
            Measure(
                name=printable(metric.name),
                unit=RATE if metric.is_rate(before, after) else metric.unit,
                better=metric.better,
                first=told.first,
                second=told.second,
                difference=told.difference,
                # One without width would claim a certainty that there is not.
                interval=told.interval if told.interval and told.interval.low < told.interval.high else None,
                samples=told.samples,
            )
        )
    return measures


def _attempts(pair: Pair) -> int | None:
    """How many attempts at every sample both have, several, where the first score is right or wrong."""
    headline = read_metric("score")
    before, after = pair.first.values(headline), pair.second.values(headline)
    both = shared(before, after, pair.samples)
    if any(not set(values[sample]) <= {0, 1} for sample in both for values in (before, after)):
        return None
    least = min((len(values[sample]) for sample in both for values in (before, after)), default=1)
    return least if least > 1 else None


def _flips(pair: Pair, means: Mapping[str, tuple[float, float]], *, viewer: Viewer) -> tuple[Flip, ...]:
    changed = [(after - before, sample) for sample, (before, after) in means.items() if after != before]
    changed.sort(key=lambda flip: (flip[0] > 0, -abs(flip[0]), flip[1]))
    return tuple(
        Flip(
            sample_id=printable(sample, limit=_ID),
            first=means[sample][0],
            second=means[sample][1],
            first_link=_link(viewer, sample, pair.first),
            second_link=_link(viewer, sample, pair.second),
        )
        for _, sample in changed
    )


def _link(viewer: Viewer, sample: str, arm: Arm) -> str | None:
    place = arm.places[sample]
    return viewer.link(place.log, sample, epoch=place.epoch)


def _notes(pair: Pair) -> list[str]:
    notes: list[str] = []
    if not pair.first.digests and not pair.first.sample_versions():
        notes.append("neither side tells the digest of its data: samples are taken for the same by their ids")
    if pair.changed:
        notes.append(f"not compared: {count(pair.changed, 'sample')} whose versions differ")
    if other := other_hardware(pair.first, pair.second):
        notes.append(f"times say nothing of the models alone: {other}")
    alone = (set(pair.first.places) ^ set(pair.second.places)) - set(pair.samples)
    if alone:
        notes.append(f"not compared: {count(len(alone), 'sample')} that only one side has")
    return notes


def other_hardware(*arms: Arm) -> str:
    """How the hardware of what is judged is not one and the same; empty where it is, or logs do not tell."""
    told = [" + ".join(printable(name, limit=100) for name in arm.hardware) for arm in arms if arm.hardware]
    if any(len(arm.hardware) > 1 for arm in arms):
        return f"mixed hardware, {' against '.join(told)}"
    return f"different hardware, {' against '.join(told)}" if len(set(told)) > 1 else ""


def _not_compared(pair: NoPair, *, names: tuple[str, str]) -> NotCompared:
    return NotCompared(
        suite=printable((pair.first or pair.second)[0].suite),
        first=tuple(_label(arm, name=names[0]) for arm in pair.first),
        second=tuple(_label(arm, name=names[1]) for arm in pair.second),
        why=printable(pair.why, limit=_ID),
    )


def _warnings(side: Side) -> list[str]:
    told = [
        f"{printable(PurePosixPath(log).name)}: {unfinished(status)}; what it has is compared"
        for log, status in side.tables.runs.filter("latest").select("log", "status").iter_rows()
        if status != "success"
    ]
    return told + [
        f"{printable(PurePosixPath(log).name)} cannot be read and is left out: {printable(reason, limit=_ID)}"
        for log, reason in side.tables.left_out
    ]


def unfinished(status: str) -> str:
    """What became of a run that is no success, in words."""
    return {
        "error": "the eval ended in an error",
        "cancelled": "the eval was cancelled",
        "started": "the eval still runs, or was killed",
    }.get(status, f"the eval is {printable(status, limit=20)}")


def _without(settings: Sequence[Setting], others: Sequence[Setting]) -> tuple[Setting, ...]:
    return tuple(setting for setting in settings if setting not in others)


def _adjusted(pairs: Sequence[PairFindings]) -> tuple[PairFindings, ...]:
    adjusted = iter(holm([pair.test.difference.p_value for pair in pairs if pair.test is not None]))
    return tuple(
        pair if pair.test is None else replace(pair, test=replace(pair.test, adjusted_p=next(adjusted)))
        for pair in pairs
    )
