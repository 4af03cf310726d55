"""One model at its settings on one suite, out of one set of logs: what is compared and judged."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final, NamedTuple, cast

import polars as pl

from llmbench_inspect.results.settings import Setting, model_settings, task_settings
from llmbench_inspect.results.tables import TableName, Tables
from llmbench_inspect.statistics import Attempts, pass_at_k

from .metric import Metric, UnknownMetricError, measured_columns

_EPOCH: Final = ("log", "sample_id", "epoch")
# Why a sample counts in no figure; one that nobody scored still has its tokens and times.
_BROKEN: Final = pl.col("left_out").is_null() | (pl.col("left_out") == "no score")

Values = Mapping[str, tuple[float, ...]]
"""By sample, in the order of the samples' ids: the values of its epochs, or of their calls."""


class Score(NamedTuple):
    """A score, or one key of a score that is a mapping."""

    scorer: str
    key: str | None

    @property
    def name(self) -> str:
        """The scorer's, with the key behind it."""
        return self.scorer if self.key is None else f"{self.scorer}/{self.key}"


class Place(NamedTuple):
    """Where a sample can be looked at."""

    log: str
    epoch: int


@dataclass(frozen=True, kw_only=True, eq=False)
class Arm:
    """All runs of one model at the same settings, on one task at one version with the same data."""

    task: str
    """Name of the task, with its package where the log has it."""

    version: str
    task_settings: tuple[Setting, ...]
    model: str
    model_settings: tuple[Setting, ...]
    digests: tuple[Setting, ...]
    """Of the data, by where the task's metadata has them; empty where it has none."""

    metadata: str
    """Of the task, as JSON."""

    scores: tuple[Score, ...]
    """Those with a number, in the order of the task; plain ones before the keys of mappings."""

    places: Mapping[str, Place]
    """By id, the first epoch of each sample that was run."""

    timed: frozenset[str]
    """Names of the scorers whose scores are times or speeds, as they declare."""

    hardware: tuple[str, ...]
    """What its samples ran on, where their logs tell, sorted; several are mixed."""

    planned: pl.DataFrame
    """`sample_id` and `epoch` of all that was to be run, a row for each log."""

    frames: Mapping[TableName, pl.DataFrame]
    """Its rows of the tables, columns that are metrics alone."""

    @property
    def suite(self) -> str:
        """Name of the task without its package."""
        return self.task.rsplit("/", 1)[-1]

    @property
    def settings(self) -> tuple[Setting, ...]:
        """Of the task and of the model."""
        return self.task_settings + self.model_settings

    def is_of_hardware(self, metric: Metric) -> bool:
        """Whether a metric says as much of what the model ran on as of the model.

        Raises:
            UnknownMetricError: The metric names a score that the task does not have.
        """
        if metric.table != "scores":
            return metric.is_of_hardware
        score = self.score(metric)
        return score is not None and score.scorer in self.timed

    def sample_versions(self) -> dict[str, str]:
        """By sample: what the task's metadata has under its id in any mapping: a fixture's version, say.

        Samples that no mapping has are not in it.
        """
        mappings = [
            cast("dict[str, Any]", entry)
            for entry in json.loads(self.metadata).values()
            if isinstance(entry, dict)
        ]
        return {
            sample_id: json.dumps([mapping.get(sample_id) for mapping in mappings], sort_keys=True)
            for sample_id in self.places
            if any(sample_id in mapping for mapping in mappings)
        }

    def score(self, metric: Metric) -> Score | None:
        """The score that a metric is about; `None` where no sample has a number.

        Raises:
            UnknownMetricError: The metric names a score that the task does not have.
        """
        if metric.score is None:
            return self.scores[0] if self.scores else None
        known = {score.name: score for score in self.scores}
        if metric.score in known:
            return known[metric.score]
        near = get_close_matches(metric.score, known, n=1, cutoff=0)
        told = f'the nearest known is "{near[0]}"' if near else "no sample has a score that is a number"
        raise UnknownMetricError(f'"{metric.name}": {self.suite} has no score "{metric.score}"; {told}')

    def values(self, metric: Metric) -> Values:
        """What a metric is computed from.

        Args:
            metric: Which.

        Returns:
            The values of all samples that have any; for pass@k one value for each sample with k epochs.

        Raises:
            UnknownMetricError: The metric names a score that the task does not have.
        """
        frame = self._frame(metric)
        by_sample = frame.group_by("sample_id", maintain_order=True).agg(metric.column)
        values = {sample_id: tuple(found) for sample_id, found in sorted(by_sample.iter_rows())}
        if metric.k is None:
            return values
        return {
            sample_id: (pass_at_k(Attempts(len(found), sum(value == 1 for value in found)), metric.k),)
            for sample_id, found in values.items()
            if len(found) >= metric.k
        }

    def left_out(self, metric: Metric) -> float:
        """Share of the planned epochs that have no value, 0 to 1."""
        if self.planned.is_empty():
            return 0.0
        epochs = self._frame(metric).unique(_EPOCH).height
        return max(0.0, 1 - epochs / self.planned.height)

    def _frame(self, metric: Metric) -> pl.DataFrame:
        frame = self.frames[metric.table]
        if metric.table == "scores":
            score = self.score(metric)
            if score is None:
                return frame.head(0)
            frame = frame.filter(scorer=score.scorer).filter(pl.col("key").eq_missing(pl.lit(score.key)))
        return frame.drop_nulls(metric.column)


def read_arms(tables: Tables) -> tuple[Arm, ...]:
    """Sort logs by what they are runs of.

    Args:
        tables: Of the logs.

    Returns:
        The arms, by task, model and settings.
    """
    broken = tables.samples.filter(~_BROKEN).select(_EPOCH)
    runs = tables.runs.lazy().select("log", evaluated="model")

    def whole(frame: pl.LazyFrame) -> pl.DataFrame:
        return frame.join(broken, on=_EPOCH, how="anti", maintain_order="left").collect()

    frames: dict[TableName, pl.DataFrame] = {
        "scores": whole(tables.scores.select(*_EPOCH, "scorer", "key", "value")),
        "samples": whole(tables.samples.select(*_EPOCH, *measured_columns("samples"))),
        # Of the evaluated model, as it was answered: no grader, no failure, nothing out of a cache.
        "calls": whole(
            tables.calls.join(runs, on="log", maintain_order="left")
            .filter(
                pl.col("model") == pl.col("evaluated"),
                pl.col("role").is_null(),
                pl.col("error").is_null(),
                pl.col("exception").is_null(),
                pl.col("cache").ne_missing("read"),
            )
            .select(*_EPOCH, *measured_columns("calls"))
        ),
        "gpu": whole(tables.gpu.select(*_EPOCH, *measured_columns("gpu"))),
    }
    run = tables.samples.select(*_EPOCH, "hardware").collect()
    planned = pl.concat([run.select(_EPOCH), tables.not_run.select(_EPOCH)])
    groups: defaultdict[tuple[Any, ...], list[Mapping[str, Any]]] = defaultdict(list)
    for row in tables.runs.iter_rows(named=True):
        key = (
            row["task"],
            row["model"],
            task_settings(row),
            model_settings(row),
            row["task_version"],
            tuple(_digests(json.loads(row["metadata"]))),
        )
        groups[key].append(row)
    return tuple(
        _arm(groups[key], digests=key[-1], run=run, planned=planned, frames=frames) for key in sorted(groups)
    )


def _arm(
    runs: list[Mapping[str, Any]],
    *,
    digests: tuple[Setting, ...],
    run: pl.DataFrame,
    planned: pl.DataFrame,
    frames: Mapping[TableName, pl.DataFrame],
) -> Arm:
    logs = [row["log"] for row in runs]
    mine: dict[TableName, pl.DataFrame] = {
        table: frame.filter(pl.col("log").is_in(logs)) for table, frame in frames.items()
    }
    ran = run.filter(pl.col("log").is_in(logs))
    first = ran.unique("sample_id", keep="first", maintain_order=True).select("log", "sample_id", "epoch")
    scores = [
        Score(scorer, key)
        for scorer, key in mine["scores"]
        .drop_nulls("value")
        .select("scorer", "key")
        .unique(maintain_order=True)
        .iter_rows()
    ]
    return Arm(
        task=runs[-1]["task"],
        version=runs[-1]["task_version"],
        task_settings=task_settings(runs[-1]),
        model=runs[-1]["model"],
        model_settings=model_settings(runs[-1]),
        digests=digests,
        metadata=runs[-1]["metadata"],
        scores=tuple(sorted(scores, key=lambda score: score.key is not None)),
        places={sample_id: Place(log, epoch) for log, sample_id, epoch in first.iter_rows()},
        timed=frozenset(
            scorer["name"]
            for scorer in cast("list[dict[str, Any]]", json.loads(runs[-1]["scorers"]))
            if cast("dict[str, Any]", scorer.get("metadata") or {}).get("timed") is True
        ),
        hardware=tuple(ran["hardware"].drop_nulls().unique().sort()),
        planned=planned.filter(pl.col("log").is_in(logs)).select("sample_id", "epoch"),
        frames=mine,
    )


def _digests(entry: Any, *, path: str = "") -> Iterator[Setting]:
    """Every entry named `digest`, at any depth."""
    if not isinstance(entry, dict):
        return
    for name, value in sorted(cast("dict[str, Any]", entry).items()):
        if name == "digest" and isinstance(value, str):
            yield Setting(path or name, value)
        else:
            yield from _digests(value, path=f"{path}.{name}" if path else name)
