"""How many samples count, how many do not and why, and how the others failed or were cut off."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import polars as pl

from .evidence import Evidence
from .scores import Scores

_SAMPLE: Final = ("log", "sample_id", "epoch")


class Count(NamedTuple):
    """How often something was seen."""

    name: str
    times: int


@dataclass(slots=True)
class Tally:
    """The epochs of samples of one model, or of one of its samples."""

    counted: int = 0
    left_out: Counter[str] = field(default_factory=Counter[str])
    """Why others do not count, what was not run among them."""

    unscored: Counter[str] = field(default_factory=Counter[str])
    """Why single scores of those that count are missing, by scorer."""

    cut_off: Counter[str] = field(default_factory=Counter[str])
    """What ended samples early, those left out included."""

    failures: Counter[str] = field(default_factory=Counter[str])
    """Failure classes of those that count; `no failure` is one."""


def tallies(evidence: Evidence) -> Mapping[str, Tally]:
    """Count the samples of one task, by the model's label."""
    found = {model: Tally() for model in evidence.models}
    samples = evidence.samples
    for model, times in _lengths(samples.filter("counted"), "model_label"):
        found[model].counted = times
    for model, reason, times in _lengths(samples.filter(~pl.col("counted")), "model_label", "missing"):
        found[model].left_out[reason] = times
    for model, times in _lengths(evidence.not_run, "model_label"):
        found[model].left_out["not run"] = times
    for model, limit, times in _lengths(samples.drop_nulls("cut_off"), "model_label", "cut_off"):
        found[model].cut_off[limit] = times
    failed = samples.filter("counted").drop_nulls("failure_class")
    for model, name, times in _lengths(failed, "model_label", "failure_class"):
        found[model].failures[name] = times
    shown = [column.name.scorer for column in evidence.once(Scores).columns if column.name.key is None]
    unscored = evidence.scores.filter(
        pl.col("key").is_null(), pl.col("reason").is_not_null(), pl.col("scorer").is_in(shown)
    ).join(samples.filter("counted").select(_SAMPLE), on=_SAMPLE, maintain_order="left")
    for model, scorer, reason, times in _lengths(unscored, "model_label", "scorer", "reason"):
        found[model].unscored[f"{scorer}: {reason}"] = times
    return found


def sample_tallies(evidence: Evidence, shown: pl.DataFrame) -> Mapping[tuple[str, str], Tally]:
    """Count the epochs of each sample, by the model's label and the sample; without reasons and failures.

    Args:
        evidence: Of one task.
        shown: `model_label` and `sample_id` of the samples that are asked for.
    """
    key = ("model_label", "sample_id")
    samples = evidence.samples.join(shown, on=key, how="semi", maintain_order="left")
    not_run = evidence.not_run.join(shown, on=key, how="semi", maintain_order="left")
    found = {(model, sample): Tally() for model, sample in shown.select(key).iter_rows()}
    for model, sample, times in _lengths(samples.filter("counted"), *key):
        found[model, sample].counted = times
    for model, sample, times in _lengths(samples.filter(~pl.col("counted")), *key):
        found[model, sample].left_out["left out"] = times
    for model, sample, times in _lengths(not_run, *key):
        found[model, sample].left_out["not run"] = times
    for model, sample, times in _lengths(samples.drop_nulls("cut_off"), *key):
        found[model, sample].cut_off["cut off"] = times
    return found


def most_frequent_first(counts: Counter[str]) -> tuple[Count, ...]:
    """By how often, then by name."""
    return tuple(
        Count(name, times) for name, times in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    )


def natural(name: str) -> list[tuple[int, int, str]]:
    """A key that sorts numbers within names by their size."""
    return [(0, int(part), part) if part.isdecimal() else (1, 0, part) for part in re.split(r"(\d+)", name)]


def _lengths(frame: pl.DataFrame, *columns: str) -> Sequence[tuple[Any, ...]]:
    return frame.group_by(columns, maintain_order=True).len().rows()
