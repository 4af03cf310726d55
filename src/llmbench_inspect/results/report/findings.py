"""What the rows say: for every task a table of models and samples, as numbers."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import inf
from statistics import fmean
from typing import NamedTuple

from llmbench_inspect.results.settings import Setting
from llmbench_inspect.results.tables import NOT_A_NUMBER, LeftOut
from llmbench_inspect.statistics import Bounds, Estimate, estimate_mean, estimate_rate

from .effort import Effort, effort
from .rows import Rows, Run, Sample


class Count(NamedTuple):
    """How often something was seen."""

    name: str
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A scorer, or one key of a scorer that gives mappings."""

    scorer: str
    key: str | None
    is_rate: bool
    """Whether all its values in this task are 0 or 1; for a key of a mapping, whether both are there."""

    largest: float
    """Largest absolute value, for the number of decimals."""

    bounds: Bounds | None
    baseline_label: str | None
    """What doing nothing is called; `None` where no sample tells its score."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One column of one row."""

    estimate: Estimate | None
    """`None` where no sample has a value."""

    one_sample: bool
    """Whether the interval is over the epochs of one sample and says nothing about other samples."""

    baseline: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One model over all its samples, or over the epochs of one."""

    model: str
    sample_id: str | None
    """`None` for all samples."""

    scored: int
    """Number of epochs of samples that count."""

    left_out: tuple[Count, ...]
    """Why others do not count; most frequent first."""

    unscored: tuple[Count, ...]
    """Why single scores of those that count are missing, by scorer; most frequent first."""

    cells: tuple[Cell, ...]
    tokens_per_second: float | None
    """Output tokens over the working time of the calls; `None` where the logs do not tell."""

    cut_off: tuple[Count, ...]
    """What ended samples early, those left out included."""

    failures: tuple[Count, ...]
    effort: Effort | None
    """`None` for the epochs of one sample, and where no calls were timed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFindings:
    """One task at one version and one choice of arguments."""

    task: str
    settings: tuple[Setting, ...]
    """Those in which it differs from other sections of the same task."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    """Models by the first column, best first, each followed by its samples."""

    failure_classes: tuple[str, ...]
    """Most frequent first; empty where no score tells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All findings."""

    tasks: tuple[TaskFindings, ...]
    runs: tuple[Run, ...]
    unfinished: tuple[Run, ...]
    """Runs that errored, were cancelled or still run, and were not retried to the end."""

    unreadable: tuple[LeftOut, ...]


def findings(rows: Rows) -> Report:
    """Work out a report.

    Args:
        rows: Of the logs.

    Returns:
        The report; the same rows give the same one.
    """
    sections: dict[tuple[str, tuple[Setting, ...]], list[Sample]] = defaultdict(list)
    for sample in rows.samples:
        run = sample.run
        sections[run.task, (*run.task_settings, Setting("version", run.task_version))].append(sample)
    return Report(
        tasks=tuple(
            _task(
                task,
                _differing(settings, [other for name, other in sections if name == task]),
                samples=samples,
            )
            for (task, settings), samples in sorted(sections.items(), key=lambda section: section[0])
        ),
        runs=rows.runs,
        unfinished=tuple(run for run in rows.runs if run.latest and run.status != "success"),
        unreadable=rows.left_out,
    )


def _differing(
    settings: tuple[Setting, ...], alternatives: Iterable[tuple[Setting, ...]]
) -> tuple[Setting, ...]:
    common = set(settings).intersection(*alternatives)
    return tuple(setting for setting in settings if setting not in common)


def _task(task: str, settings: tuple[Setting, ...], *, samples: Sequence[Sample]) -> TaskFindings:
    columns = _columns(samples)
    models: dict[tuple[str, tuple[Setting, ...]], list[Sample]] = defaultdict(list)
    for sample in samples:
        models[sample.run.model, sample.run.model_settings].append(sample)
    blocks: list[list[Row]] = []
    for (model, model_settings), mine in models.items():
        told = _differing(model_settings, [other for name, other in models if name == model])
        label = model + "".join(f" {name}={value}" for name, value in told)
        by_id: dict[str, list[Sample]] = defaultdict(list)
        for sample in mine:
            by_id[sample.sample_id].append(sample)
        ids = sorted(by_id, key=_natural)
        blocks.append(
            [
                _row(label, None, columns=columns, samples=mine),
                *(_row(label, sample_id, columns=columns, samples=by_id[sample_id]) for sample_id in ids),
            ]
        )
    blocks.sort(key=lambda block: (-_first_mean(block[0]), block[0].model))
    failures = Counter(sample.failure_class for sample in samples if sample.failure_class is not None)
    return TaskFindings(
        task=task,
        settings=settings,
        columns=columns,
        rows=tuple(row for block in blocks for row in block),
        failure_classes=tuple(name for name, _ in _counts(failures)),
    )


def _columns(samples: Sequence[Sample]) -> tuple[Column, ...]:
    values: dict[tuple[str, str | None], list[float]] = {}
    worded: set[tuple[str, str | None]] = set()
    bounds: dict[str, Bounds] = {}
    labels: dict[str, str] = {}
    for sample in samples:
        bounds = {**sample.run.score_bounds, **bounds}
        labels = {**dict.fromkeys(sample.baselines, sample.baseline_label), **labels}
        for score in sample.scores:
            known = values.setdefault((score.scorer, score.key), [])
            if score.value is not None:
                known.append(score.value)
            elif score.reason == NOT_A_NUMBER:
                worded.add((score.scorer, score.key))
    return tuple(
        Column(
            scorer=scorer,
            key=key,
            is_rate=_is_rate(known, bounds=bounds.get(scorer), of_mapping=key is not None),
            largest=max(map(abs, known), default=0),
            bounds=bounds.get(scorer) if key is None else None,
            baseline_label=labels.get(scorer) if key is None else None,
        )
        for (scorer, key), known in values.items()
        # A score that is only ever text is no failed number: it has no column, and nobody misses it.
        if known or (scorer, key) not in worded
    )


def _is_rate(values: Sequence[float], *, bounds: Bounds | None, of_mapping: bool) -> bool:
    # A mapping tells counts as often as rates: zeros alone, or ones alone, do not make a rate of it.
    return bounds in (None, (0, 1)) and (set(values) == {0, 1} if of_mapping else set(values) <= {0, 1})


def _row(model: str, sample_id: str | None, *, columns: Sequence[Column], samples: Sequence[Sample]) -> Row:
    scored = [sample for sample in samples if _missing(sample) is None]
    left_out = Counter(reason for sample in samples if (reason := _missing(sample)) is not None)
    shown = {column.scorer for column in columns}
    unscored = Counter(
        f"{score.scorer}: {score.reason}"
        for sample in scored
        for score in sample.scores
        if score.key is None and score.reason is not None and score.scorer in shown
    )
    seconds = sum(sample.model_seconds or 0 for sample in samples)
    return Row(
        model=model,
        sample_id=sample_id,
        scored=len(scored),
        left_out=_counts(left_out),
        unscored=_counts(unscored),
        cells=tuple(_cell(column, samples=scored) for column in columns),
        tokens_per_second=sum(sample.output_tokens or 0 for sample in samples) / seconds if seconds else None,
        cut_off=_counts(Counter(sample.cut_off for sample in samples if sample.cut_off is not None)),
        failures=_counts(Counter(s.failure_class for s in scored if s.failure_class is not None)),
        effort=effort(samples) if sample_id is None else None,
    )


def _missing(sample: Sample) -> str | None:
    if sample.left_out is not None:
        return sample.left_out
    plain = [score for score in sample.scores if score.key is None] or sample.scores
    if any(score.value is not None for score in plain):
        return None
    return next((score.reason for score in plain if score.reason is not None), "no score")


def _cell(column: Column, *, samples: Sequence[Sample]) -> Cell:
    values: dict[str, list[float]] = defaultdict(list)
    baselines: dict[str, float] = {}
    for sample in samples:
        for score in sample.scores:
            if (score.scorer, score.key) == (column.scorer, column.key) and score.value is not None:
                values[sample.sample_id].append(score.value)
                if column.baseline_label is not None and column.scorer in sample.baselines:
                    baselines[sample.sample_id] = sample.baselines[column.scorer]
    if not values:
        return Cell(estimate=None, one_sample=False, baseline=None)
    clusters = list(values.values())
    one_sample = len(clusters) == 1
    if one_sample:
        clusters = [[value] for value in clusters[0]]
    return Cell(
        estimate=estimate_rate(clusters) if column.is_rate else estimate_mean(clusters, bounds=column.bounds),
        one_sample=one_sample,
        baseline=fmean(baselines.values()) if len(baselines) == len(values) else None,
    )


def _counts(counter: Counter[str]) -> tuple[Count, ...]:
    return tuple(
        Count(name, times) for name, times in sorted(counter.items(), key=lambda item: (-item[1], item[0]))
    )


def _first_mean(row: Row) -> float:
    estimate = row.cells[0].estimate if row.cells else None
    return -inf if estimate is None else estimate.mean


def _natural(name: str) -> list[tuple[int, int, str]]:
    return [(0, int(part), part) if part.isdecimal() else (1, 0, part) for part in re.split(r"(\d+)", name)]
