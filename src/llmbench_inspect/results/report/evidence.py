"""What sections look at: the tables of the logs, every row with the task and the model that it belongs to."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import sha256
from typing import Any, Final, TypeVar, cast

import polars as pl

from llmbench_inspect.results.settings import Setting, model_settings, task_settings
from llmbench_inspect.results.tables import COLUMNS, TableName, Tables
from llmbench_inspect.results.viewer import Viewer, viewer

from .counted import with_counted
from .reference import PublishedScore

_Told = TypeVar("_Told")

LABELS: Final = ("task_label", "model_label")
"""Columns of every frame of the evidence: the task at one version and choice of arguments, and the model at
one choice of settings, each named after what differs from the others. What counts together has the same."""

_LONGEST_VALUE: Final = 40
"""Characters of a setting's value that a label shows."""

_HEAVY: Final = {"answer", "explanation", "metadata", "store", "output_metadata", "uuid", "event_id"}


@dataclass(frozen=True, kw_only=True)
class Options:
    """What the report was asked for beyond the logs."""

    viewer: str = "http://127.0.0.1:7575/"
    """Address of the log viewer that samples are linked to; that of `inspect view` unless it is bundled."""

    history: bool = False
    """Whether each metric is shown by the date of its runs."""

    reference: tuple[PublishedScore, ...] = ()
    """Published scores to set beside those of the logs."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Evidence:
    """All that was read, or one task's part of it; the same logs give the same, wherever they are."""

    tables: Tables
    """As read; for the columns that the frames below leave out: texts and JSON. Filter by `log`."""

    runs: pl.DataFrame
    """Every log, oldest first, with the labels."""

    samples: pl.DataFrame
    """Each epoch of a sample once, with the labels, and with `counted` (whether it counts in scores),
    `missing` (why it does not) and `solved` (null where no score tells); without long texts and JSON, as the
    frames below."""

    scores: pl.DataFrame
    calls: pl.DataFrame
    gpu: pl.DataFrame
    not_run: pl.DataFrame
    """`log`, `sample_id`, `epoch` and the labels of what was to be done and was not."""

    options: Options = field(default_factory=Options)
    known: dict[Callable[[Evidence], Any], Any] = field(default_factory=dict)
    """What `once` worked out."""

    @cached_property
    def tasks(self) -> Mapping[str, Evidence]:
        """Each task's evidence, by its label, sorted."""
        return {
            label: self._narrowed(pl.col("task_label") == label)
            for label in sorted(self.runs["task_label"].unique().to_list())
        }

    def of_logs(self, logs: Sequence[str]) -> Evidence:
        """The part that some logs hold."""
        return self._narrowed(pl.col("log").is_in(logs))

    def _narrowed(self, rows: pl.Expr) -> Evidence:
        frames = ("runs", "samples", "scores", "calls", "gpu", "not_run")
        return replace(self, known={}, **{name: getattr(self, name).filter(rows) for name in frames})

    def once(self, make: Callable[[Evidence], _Told]) -> _Told:
        """What a function says of this evidence, worked out when first asked for."""
        if make not in self.known:
            self.known[make] = make(self)
        return self.known[make]

    @cached_property
    def viewer(self) -> Viewer:
        """The log viewer that samples are linked to, over all logs of the report."""
        return viewer(self.tables.runs["log"], url=self.options.viewer)

    @cached_property
    def models(self) -> tuple[str, ...]:
        """The labels of the models, sorted."""
        return tuple(sorted(self.runs["model_label"].unique().to_list()))

    def all_columns(self, table: TableName) -> pl.LazyFrame:
        """A table with all its columns and the labels, oldest log first, read from disk when collected."""
        labels = self.runs.lazy().select("log", *LABELS)
        return self.tables.of_logs(table, self.runs["log"].to_list()).join(
            labels, on="log", maintain_order="left"
        )


def gather(tables: Tables, *, options: Options | None = None) -> Evidence:
    """Make evidence of tables.

    Args:
        tables: Of the logs.
        options: What the report is asked for beyond them.

    Returns:
        The evidence; its rows are in an order that does not depend on where the logs lie.
    """
    runs = _labelled(tables.runs)
    labels = runs.select("log", *LABELS)
    logs: list[str] = runs["log"].to_list()

    def light(table: TableName) -> pl.DataFrame:
        names = [column.name for column in COLUMNS[table] if column.name not in _HEAVY]
        frame = tables.of_logs(table, logs).select(names)
        return frame.join(labels.lazy(), on="log", maintain_order="left").collect()

    scores = light("scores")
    return Evidence(
        options=options or Options(),
        tables=tables,
        runs=runs,
        samples=with_counted(light("samples"), scores),
        scores=scores,
        calls=light("calls"),
        gpu=light("gpu"),
        not_run=tables.not_run.join(labels, on="log", maintain_order="left").sort(
            "task_label", "model_label", "sample_id", "epoch", maintain_order=True
        ),
    )


def _labelled(runs: pl.DataFrame) -> pl.DataFrame:
    rows = list(runs.iter_rows(named=True))
    tasks = _labels(
        [(row["task"], (*task_settings(row), Setting("version", row["task_version"]))) for row in rows]
    )
    models = [""] * len(rows)
    for task in set(tasks):
        mine = [index for index, label in enumerate(tasks) if label == task]
        told = _labels([(rows[index]["model"], model_settings(rows[index])) for index in mine])
        for index, label in zip(mine, told, strict=True):
            models[index] = label
    return runs.with_columns(
        task_label=pl.Series(tasks, dtype=pl.String), model_label=pl.Series(models, dtype=pl.String)
    )


def _labels(named: Sequence[tuple[str, tuple[Setting, ...]]]) -> list[str]:
    """Each name with the settings that are not the same in all that have this name."""
    common: dict[str, set[Setting]] = {}
    for name, settings in named:
        common[name] = common.get(name, set(settings)) & set(settings)
    return [
        ", ".join((name, *(_told(setting) for setting in settings if setting not in common[name])))
        for name, settings in named
    ]


def _told(setting: Setting) -> str:
    value = json.loads(setting.value)
    if isinstance(value, list | dict) and len(setting.value) > _LONGEST_VALUE:
        of = cast("Sequence[object]", value)
        return f"{setting.name}={len(of)} values {sha256(setting.value.encode()).hexdigest()[:6]}"
    text = value if isinstance(value, str) else setting.value
    if len(text) > _LONGEST_VALUE:
        # Two long values that begin alike still have names of their own.
        text = f"{text[: _LONGEST_VALUE - 8].rstrip()}…{sha256(setting.value.encode()).hexdigest()[:6]}"
    return f"{setting.name}={text}"
