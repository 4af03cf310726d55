"""What the report works on: runs and samples as objects, out of the tables of the logs."""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Final, cast

import polars as pl

from llmbench_inspect.results.settings import Setting, model_settings, task_settings
from llmbench_inspect.results.tables import LeftOut, Tables
from llmbench_inspect.statistics import Bounds
from llmbench_inspect.telemetry import Call

_SAMPLE: Final = ("log", "sample_id", "epoch")

Key = tuple[str, str, int]
"""Log, id and epoch of a sample."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One log: one model on one task."""

    log: str
    """Name of the log file, without its folder."""

    task: str
    latest: bool
    """Whether no retry of it came after."""

    task_version: str
    task_settings: tuple[Setting, ...]
    """Arguments of the task, and the solver where it was named on the command line; sorted."""

    model: str
    model_settings: tuple[Setting, ...]
    """Arguments of the model and options of generation; sorted."""

    score_bounds: Mapping[str, Bounds]
    """For a scorer declared with `range=(low, high)`: what its values lie between."""

    created: str
    """Time the run was started at, ISO 8601 in UTC."""

    status: str
    """Inspect's own: `success`, `error`, `cancelled`, or `started` while it runs."""

    error: str | None
    planned: int
    """Number of samples times epochs that the run was to do."""

    finished: int
    """Number of samples times epochs in the log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreValue:
    """One number that a scorer gave a sample."""

    scorer: str
    key: str | None
    """Key of a score that is a mapping; `None` for a plain one."""

    value: float | None
    """`None` where the sample is unscored."""

    reason: str | None
    """Why there is no value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One epoch of one sample of one run."""

    run: Run
    sample_id: str
    epoch: int
    left_out: str | None
    """Why the whole sample counts nowhere: it errored, was not run, has no score."""

    scores: tuple[ScoreValue, ...]
    """Empty where the sample is left out."""

    failure_class: str | None
    """From the metadata of its scores; `NO_FAILURE` where they name none, `None` where they do not tell."""

    baselines: Mapping[str, float]
    """By scorer, what doing nothing would score: the sample's metadata `baseline`."""

    baseline_label: str
    output_tokens: int | None
    """Tokens the evaluated model wrote in calls that were timed; `None` where none was."""

    model_seconds: float | None
    """Working time of those calls, without waits for retries."""

    calls: tuple[Call, ...]
    """Its timed calls, empty where there is none."""

    cut_off: str | None
    """What ended the sample or one of its answers early: `max_tokens`, or the limit's type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """All that was read, each epoch of a sample once."""

    runs: tuple[Run, ...]
    """By the time they were started."""

    samples: tuple[Sample, ...]
    left_out: tuple[LeftOut, ...]


def rows(tables: Tables) -> Rows:
    """Make the objects.

    Args:
        tables: Of the logs.

    Returns:
        The runs, and their samples; what was not run is among these.
    """
    runs = {row["log"]: _run(row) for row in tables.runs.iter_rows(named=True)}
    scores: defaultdict[Key, list[ScoreValue]] = defaultdict(list)
    told = tables.scores.select(*_SAMPLE, "scorer", "key", "value", "reason").collect()
    for log, sample_id, epoch, scorer, key, value, reason in told.iter_rows():
        scores[log, sample_id, epoch].append(ScoreValue(scorer=scorer, key=key, value=value, reason=reason))
    calls = _calls(tables)
    speeds = _speeds(tables)
    samples = [
        _sample(row, run=runs[row["log"]], scores=scores[key], calls=calls[key], speed=speeds.get(key))
        for row in tables.samples.select(*_SAMPLE, "left_out", "failure_class", "metadata", "cut_off")
        .collect()
        .iter_rows(named=True)
        for key in [(row["log"], row["sample_id"], row["epoch"])]
    ]
    samples += [
        _sample(
            {"sample_id": sample_id, "epoch": epoch, "left_out": "not run"},
            run=runs[log],
            scores=[],
            calls=[],
            speed=None,
        )
        for log, sample_id, epoch in tables.not_run.iter_rows()
    ]
    return Rows(runs=tuple(runs.values()), samples=tuple(samples), left_out=tables.left_out)


def _run(row: Mapping[str, Any]) -> Run:
    return Run(
        log=PurePosixPath(row["log"]).name,
        task=row["task"],
        latest=row["latest"],
        task_version=row["task_version"],
        task_settings=task_settings(row),
        model=row["model"],
        model_settings=model_settings(row),
        score_bounds={
            scorer["name"]: bounds
            for scorer in _scorers(row["scorers"])
            if (bounds := _bounds(scorer)) is not None
        },
        created=row["created"].isoformat(timespec="seconds"),
        status=row["status"],
        error=row["error"],
        planned=row["planned"],
        finished=row["samples"],
    )


def _sample(
    row: Mapping[str, Any],
    *,
    run: Run,
    scores: list[ScoreValue],
    calls: list[Call],
    speed: tuple[int, float] | None,
) -> Sample:
    metadata = _entries(row.get("metadata"))
    return Sample(
        run=run,
        sample_id=row["sample_id"],
        epoch=row["epoch"],
        left_out=row["left_out"],
        scores=() if row["left_out"] else tuple(scores),
        failure_class=None if row["left_out"] else row["failure_class"],
        baselines=_baselines(metadata.get("baseline")),
        baseline_label=str(metadata.get("baseline_label", "baseline")),
        output_tokens=speed[0] if speed else None,
        model_seconds=speed[1] if speed else None,
        calls=tuple(calls),
        cut_off=row.get("cut_off"),
    )


def _calls(tables: Tables) -> Mapping[Key, list[Call]]:
    calls: defaultdict[Key, list[Call]] = defaultdict(list)
    timed = tables.calls.filter("timed").with_columns(
        error="exception",
        cached_tokens="input_tokens_cache_read",
        input_tokens=pl.col("input_tokens") + pl.col("input_tokens_cache_write").fill_null(0),
    )
    for row in timed.select(*_SAMPLE, *Call.model_fields).collect().iter_rows(named=True):
        calls[row["log"], row["sample_id"], row["epoch"]].append(Call.model_validate(row))
    return calls


def _speeds(tables: Tables) -> dict[Key, tuple[int, float]]:
    """Tokens that the evaluated model wrote in calls that tell their time, and that time in seconds."""
    speeds = (
        tables.calls.join(tables.runs.lazy().select("log", evaluated="model"), on="log")
        .filter(
            pl.col("model") == pl.col("evaluated"),
            pl.col("role").is_null(),
            pl.col("error").is_null(),
            pl.col("cache").ne_missing("read"),
            pl.col("event_id").is_not_null(),
            pl.col("output_tokens").is_not_null(),
            pl.col("working_seconds") > 0,
        )
        .group_by(_SAMPLE)
        .agg(pl.sum("output_tokens"), pl.sum("working_seconds"))
        .collect()
    )
    return {
        (log, sample_id, epoch): (tokens, seconds)
        for log, sample_id, epoch, tokens, seconds in speeds.iter_rows()
    }


def _entries(text: str | None) -> dict[str, Any]:
    return json.loads(text) if text else {}


def _scorers(text: str) -> list[dict[str, Any]]:
    return json.loads(text)


def _bounds(scorer: dict[str, Any]) -> Bounds | None:
    match scorer:
        case {"metadata": {"range": [int() | float() as low, int() | float() as high]}} if (
            -math.inf < low < high < math.inf
        ):
            return Bounds(low, high)
        case _:
            return None


def _baselines(declared: Any) -> dict[str, float]:
    if not isinstance(declared, Mapping):
        return {}
    scores = cast("Mapping[object, object]", declared)
    return {
        str(scorer): float(value)
        for scorer, value in scores.items()
        if isinstance(value, int | float) and math.isfinite(value)
    }
