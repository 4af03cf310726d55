"""The rows that logs become: runs, samples and the values of their scores."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from llmbench_inspect.statistics import Bounds
from llmbench_inspect.telemetry import Call

NO_FAILURE: Final = "no failure"
"""Failure class of a sample whose scorer looked for a failure and found none."""


NOT_A_NUMBER: Final = "not a number"
"""Why a score that is text has no value, but for the words that Inspect reads as numbers."""


class Setting(NamedTuple):
    """A named setting of a run, its value as JSON."""

    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One log: one model on one task."""

    log: str
    """Name of the log file, without its folder."""

    task: str
    task_id: str
    """The same for a run and for its retries."""

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
    """Its timed calls, from the store entry `ModelCalls`; empty where there is none."""

    cut_off: str | None
    """What ended the sample or one of its answers early: `max_tokens`, or the limit's type."""


class UnreadableLog(NamedTuple):
    """A file that was named as a log and cannot be read as one."""

    log: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """All that was read, each epoch of a sample once."""

    runs: tuple[Run, ...]
    """By the time they were started."""

    samples: tuple[Sample, ...]
    unreadable: tuple[UnreadableLog, ...]
