"""Whether the figures can be right: what is impossible, implausible, or differs between runs."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

import polars as pl

from llmbench_inspect.results.untrusted import printable

from .evidence import Evidence
from .facts import model_facts
from .hardware import MIXED, hardware
from .scores import Column, Scores, Spread
from .tallies import tallies

RERUN_POINTS: Final = 2.0
"""Percentage points, or hundredths of a score's range, from which on two runs of one thing are told."""

_DIGEST: Final = re.compile(r'"digest":\s*"([^"]+)"')
_TOLERANCE: Final = 1e-9
_SAMPLE: Final = ("log", "sample_id", "epoch")


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was looked at."""

    name: str
    found: tuple[str, ...]
    """What is wrong, or to be looked at; empty where all is well."""


def checks(evidence: Evidence) -> tuple[Check, ...]:
    """Look at everything that was read.

    Returns:
        Every check, those that found nothing too.
    """
    made: list[tuple[str, Callable[[Evidence], Iterator[str]]]] = [
        ("No score lies beyond its range, no rate above 100 %", _beyond_range),
        ("The log's own mean is that of its samples", _own_mean),
        ("Standard errors are plausible", _standard_errors),
        (f"Runs of the same differ by no more than {RERUN_POINTS:g} points", _reruns),
        ("No time is negative, none begins after it ends", _times),
        ("Token counts add up", _tokens),
        ("A model's name stands for one digest", _digests),
        ("Runs that are compared read the same data", _data),
        ("Times of one model come from one kind of hardware", _hardware),
        ("No more than 5 % of the samples are left out", _left_out),
    ]
    return tuple(Check(name=name, found=tuple(look(evidence))) for name, look in made)


def _each_score(evidence: Evidence) -> Iterator[tuple[str, str, Column, Spread]]:
    for label, task in evidence.tasks.items():
        scores = task.once(Scores)
        columns = {column.name: column for column in scores.columns}
        for (model, name), spread in scores.models.items():
            yield (
                f"{printable(label)}, {printable(model)}, {printable(str(name))}",
                model,
                columns[name],
                spread,
            )


def _beyond_range(evidence: Evidence) -> Iterator[str]:
    for what, _, column, spread in _each_score(evidence):
        low, high = (0.0, 1.0) if column.is_rate else column.bounds or (-math.inf, math.inf)
        if spread.least < low - _TOLERANCE or spread.most > high + _TOLERANCE:
            yield f"{what}: values from {spread.least:g} to {spread.most:g}, declared {low:g} to {high:g}"
    told = evidence.all_columns("metrics").filter(
        pl.col("metric").is_in(["accuracy", "pass_at"]), pl.col("value").is_between(0, 1).not_()
    )
    for log, score, metric, value in told.select("log", "score", "metric", "value").collect().iter_rows():
        yield f"{_file(log)}: {printable(score)}/{printable(metric)} is {value:g}"


def _own_mean(evidence: Evidence) -> Iterator[str]:
    """Of finished runs of which no other log has newer samples."""
    alone = evidence.runs.filter(
        pl.col("status") == "success", pl.col("samples") == pl.col("samples_counted")
    ).select("log", "epochs")
    told = (
        evidence.all_columns("metrics")
        .filter(
            pl.col("metric").is_in(["mean", "accuracy"]),
            pl.col("group").is_null(),
            pl.col("reducer").fill_null("mean") == "mean",
            pl.col("value").is_not_null(),
        )
        .select("log", "scorer", "score", "value")
        .collect()
        .filter(pl.col("score") == pl.col("scorer"))
        .join(alone, on="log")
    )
    ours = (
        evidence.scores.filter(pl.col("key").is_null(), pl.col("value").is_not_null())
        .join(
            evidence.samples.filter(pl.col("left_out").is_null()).select(_SAMPLE),
            on=_SAMPLE,
            maintain_order="left",
        )
        .group_by("log", "scorer", "sample_id", maintain_order=True)
        .agg(pl.mean("value"))
        .group_by("log", "scorer", maintain_order=True)
        .agg(ours=pl.mean("value"))
    )
    differing = told.join(ours, on=("log", "scorer"), maintain_order="left").filter(
        (pl.col("ours") - pl.col("value")).abs() > 1e-6 * pl.max_horizontal(1, pl.col("ours").abs())
    )
    for log, scorer, value, mean in differing.select("log", "scorer", "value", "ours").iter_rows():
        yield f"{_file(log)}: {printable(scorer)} is {value:.6g} in the log, {mean:.6g} by its samples"


def _standard_errors(evidence: Evidence) -> Iterator[str]:
    for what, _, column, spread in _each_score(evidence):
        samples = spread.estimate.clusters
        if spread.stderr is None or samples < 2:
            continue
        low, high = (0.0, 1.0) if column.is_rate else column.bounds or (spread.least, spread.most)
        # No values between two ends spread wider than half at either.
        most = (high - low) / 2 / math.sqrt(samples - 1)
        if spread.stderr > most + _TOLERANCE:
            yield f"{what}: standard error {spread.stderr:.3g}, at most {most:.3g} is possible"
    told = evidence.all_columns("metrics").filter(
        pl.col("metric").is_in(["stderr", "bootstrap_stderr"]), pl.col("value") < 0
    )
    for log, score, value in told.select("log", "score", "value").collect().iter_rows():
        yield f"{_file(log)}: the standard error of {printable(score)} is {value:g}"


def _reruns(evidence: Evidence) -> Iterator[str]:
    for label, task in evidence.tasks.items():
        scores = task.once(Scores)
        if scores.headline is None:
            continue
        column = scores.headline
        low, high = (0.0, 1.0) if column.is_rate else column.bounds or (0.0, column.largest)
        runs = task.runs.select("log", "evaluation")
        each = (
            task.scores.filter(
                pl.col("scorer") == column.name.scorer,
                pl.col("key").eq_missing(column.name.key),
                pl.col("value").is_not_null(),
            )
            .join(task.samples.filter("counted").select(_SAMPLE), on=_SAMPLE, maintain_order="left")
            .join(runs, on="log", maintain_order="left")
            .group_by("model_label", "evaluation", "sample_id", maintain_order=True)
            .agg(pl.mean("value"))
        )
        shared = each.filter(
            pl.col("evaluation").n_unique().over("model_label", "sample_id")
            == pl.col("evaluation").n_unique().over("model_label")
        )
        for (model,), mine in shared.partition_by("model_label", as_dict=True, maintain_order=True).items():
            means = mine.group_by("evaluation", maintain_order=True).agg(pl.mean("value"), pl.len())
            values: list[float] = means["value"].to_list()
            points = 100 * (max(values) - min(values)) / (high - low) if high > low else 0.0
            if points > RERUN_POINTS:
                yield (
                    f"{printable(label)}, {printable(str(model))}, {printable(str(column.name))}: "
                    f"{len(means)} runs differ by {points:.1f} points over the same {means['len'][0]} samples"
                )


def _times(evidence: Evidence) -> Iterator[str]:
    wrong = evidence.runs.filter(pl.col("completed_at") < pl.col("started_at"))
    yield from (f"{_file(log)} ended before it began" for log in wrong["log"])
    for name in ("total_seconds", "working_seconds"):
        count = int((evidence.samples[name] < 0).sum())
        if count:
            yield f"{count} samples have negative {name}"
    calls = evidence.calls.filter("timed")
    late = int((calls["ttft"] > calls["seconds"] + 1e-6).sum())
    if late:
        yield f"{late} calls have their first token after their end"


def _tokens(evidence: Evidence) -> Iterator[str]:
    samples = evidence.samples
    more = int((samples["reasoning_tokens"] > samples["output_tokens"]).sum())
    if more:
        yield f"{more} samples have more reasoning than output tokens"
    negative = int((samples.select(pl.min_horizontal(pl.col("^.*_tokens$") < 0)).to_series()).sum())
    if negative:
        yield f"{negative} samples have negative token counts"


def _digests(evidence: Evidence) -> Iterator[str]:
    told: dict[str, set[str]] = {}
    for fact in evidence.once(model_facts):
        if fact.digest:
            told.setdefault(fact.model, set()).add(fact.digest)
    for model, digests in sorted(told.items()):
        if len(digests) > 1:
            short = ", ".join(sorted(printable(digest)[:12] for digest in digests))
            yield f"{printable(model)} was {len(digests)} different models: {short}"


def _data(evidence: Evidence) -> Iterator[str]:
    for label, task in evidence.tasks.items():
        digests = {tuple(sorted(_DIGEST.findall(text or ""))) for text in task.runs["metadata"]} - {()}
        if len(digests) > 1:
            yield f"{printable(label)}: its runs read {len(digests)} different states of the data"


def _hardware(evidence: Evidence) -> Iterator[str]:
    for label, task in evidence.tasks.items():
        for model, kinds in task.once(hardware).items():
            if len(kinds) > 1:
                yield f"{printable(label)}, {printable(model)}: {MIXED}: {' + '.join(kinds)}"


def _left_out(evidence: Evidence) -> Iterator[str]:
    for label, task in evidence.tasks.items():
        for model, tally in task.once(tallies).items():
            gone = tally.left_out.total()
            if gone > 0.05 * (gone + tally.counted):
                whole = f"{gone} of {gone + tally.counted} samples"
                yield f"{printable(label)}, {printable(model)}: {whole} are left out"


def _file(log: str) -> str:
    return printable(PurePosixPath(log).name, limit=120)
