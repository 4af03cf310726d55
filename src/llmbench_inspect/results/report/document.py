"""Findings put into words: headings, tables of text and notes, for any renderer to print."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from llmbench_inspect.results.settings import Setting
from llmbench_inspect.results.tables import NO_FAILURE

from .calls import call_grids
from .findings import Cell, Column, Count, Report, Row, TaskFindings
from .grid import NONE, Figure, Grid, Heading, Line
from .untrusted import printable

_MOST_SAMPLES: Final = 1000
_EXAMPLES: Final = 2
_LEGEND: Final = (
    "Means, as percentages where every score is 0 or 1, with their 95 % confidence interval in brackets, "
    "or — where too few values or no spread tell none. n: samples that count, every epoch by itself."
)
_ONE_SAMPLE: Final = (
    "† One sample alone: the interval is over its epochs and says nothing about other samples."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One task."""

    title: str
    grids: tuple[Grid, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A whole report; all text that a log brought is on one line, bounded and free of control characters."""

    title: str
    summary: str
    warnings: tuple[str, ...]
    legend: tuple[str, ...]
    sections: tuple[Section, ...]
    logs: Grid


def document(report: Report) -> Document:
    """Put a report into words.

    Args:
        report: The findings.

    Returns:
        The document.
    """
    rows = [row for task in report.tasks for row in task.rows if row.sample_id is None]
    one_sample = any(
        cell.one_sample and cell.estimate and cell.estimate.interval for row in rows for cell in row.cells
    )
    return Document(
        title="llmbench report",
        summary=", ".join(
            (
                _amount(len(report.runs), "log"),
                _amount(len({run.model for run in report.runs}), "model"),
                f"{_amount(sum(row.scored for row in rows), 'sample')} counted",
                f"{sum(count.times for row in rows for count in row.left_out)} left out",
            )
        ),
        warnings=(
            *(
                f"{printable(PurePosixPath(log).name, limit=120)} is no readable log and left out: "
                f"{printable(reason, limit=120)}"
                for log, reason in report.unreadable
            ),
            *(
                f"{printable(run.task)} with {printable(run.model)}: {run.status} after {run.finished} of "
                f"{run.planned} samples" + (f": {printable(run.error, limit=120)}" if run.error else "")
                for run in report.unfinished
            ),
        ),
        legend=(_LEGEND, _ONE_SAMPLE) if one_sample else (_LEGEND,),
        sections=tuple(_section(task) for task in report.tasks),
        logs=Grid(
            title="Logs",
            corner="log",
            headings=tuple(
                Heading(text, is_text=True) for text in ("task", "model", "status", "samples", "started")
            ),
            lines=tuple(
                Line(
                    label=printable(run.log, limit=120),
                    figures=tuple(
                        Figure(printable(text))
                        for text in (
                            run.task,
                            run.model,
                            run.status,
                            f"{run.finished} of {run.planned}",
                            run.created,
                        )
                    ),
                )
                for run in report.runs
            ),
        ),
    )


def _section(task: TaskFindings) -> Section:
    models = [row for row in task.rows if row.sample_id is None]
    plain = [index for index, column in enumerate(task.columns) if column.key is None]
    samples = tuple(
        Line(printable(row.model))
        if row.sample_id is None
        else Line(printable(row.sample_id), _figures(task, row, plain, run=True))
        for row in task.rows
    )
    unseen = len(samples) - _MOST_SAMPLES
    grids = [
        Grid(
            title="Models",
            corner="model",
            headings=_headings(task, plain, run=True),
            lines=tuple(Line(printable(row.model), _figures(task, row, plain, run=True)) for row in models),
            notes=tuple(note for row in models for note in _notes(row)),
        ),
        Grid(
            title="Samples",
            corner="sample",
            headings=_headings(task, plain, run=True),
            lines=samples[:_MOST_SAMPLES],
            notes=(f"{unseen:,} more lines are left out; inspect view shows every sample",)
            if unseen > 0
            else (),
        ),
    ]
    for scorer in dict.fromkeys(column.scorer for column in task.columns if column.key is not None):
        keys = [
            index
            for index, column in enumerate(task.columns)
            if column.scorer == scorer and column.key is not None
        ]
        grids.append(
            Grid(
                title=printable(scorer),
                corner="model",
                headings=_headings(task, keys),
                lines=tuple(Line(printable(row.model), _figures(task, row, keys)) for row in models),
            )
        )
    grids.extend(call_grids([(printable(row.model), row.effort) for row in models if row.effort is not None]))
    if task.failure_classes:
        classes = sorted(task.failure_classes, key=lambda name: name != NO_FAILURE)
        grids.append(
            Grid(
                title="Failures",
                corner="model",
                headings=tuple(Heading(printable(name, limit=32)) for name in classes),
                lines=tuple(
                    Line(
                        printable(row.model),
                        tuple(Figure(str(dict(row.failures).get(name, 0))) for name in classes),
                    )
                    for row in models
                ),
                notes=tuple(note for row in models for note in _examples(task, row.model, classes)),
            )
        )
    title = ", ".join((printable(task.task), *map(_setting, task.settings)))
    return Section(title=title, grids=tuple(grids))


def _examples(task: TaskFindings, model: str, classes: Sequence[str]) -> Iterator[str]:
    """Samples to look at for each way in which a model failed."""
    for name in classes:
        ids = [
            printable(row.sample_id)
            for row in task.rows
            if row.model == model and row.sample_id is not None and name in dict(row.failures)
        ]
        if ids and name != NO_FAILURE:
            yield f"{printable(model)}: {printable(name, limit=32)} in {', '.join(ids[:_EXAMPLES])}"


def _headings(task: TaskFindings, indexes: Sequence[int], *, run: bool = False) -> tuple[Heading, ...]:
    headings = [Heading("n"), Heading("left out")] if run else []
    for column in (task.columns[index] for index in indexes):
        headings.append(Heading(printable(column.key or column.scorer, limit=32)))
        if column.baseline_label is not None:
            headings.append(Heading(printable(column.baseline_label, limit=16), joined=True))
    return (*headings, *((Heading("tokens/s"), Heading("cut off")) if run else ()))


def _figures(
    task: TaskFindings, row: Row, indexes: Sequence[int], *, run: bool = False
) -> tuple[Figure, ...]:
    figures = [Figure(str(row.scored)), Figure(str(_total(row.left_out)))] if run else []
    for column, cell in ((task.columns[index], row.cells[index]) for index in indexes):
        figures.append(_figure(column, cell, row=row))
        if column.baseline_label is not None:
            figures.append(Figure(NONE if cell.baseline is None else _number(cell.baseline, column=column)))
    return (*figures, *((_speed(row.tokens_per_second), Figure(str(_total(row.cut_off)))) if run else ()))


def _speed(tokens_per_second: float | None) -> Figure:
    if tokens_per_second is None:
        return Figure("unavailable")
    return Figure(f"{tokens_per_second:,.{1 if tokens_per_second < 1000 else 0}f}")


def _notes(row: Row) -> Iterable[str]:
    told = [
        f"{what} {_told(counts)}"
        for what, counts in (("left out", row.left_out), ("unscored", row.unscored), ("cut off", row.cut_off))
        if counts
    ]
    if told:
        yield f"{printable(row.model)}: {', '.join(told)}"


def _told(counts: Sequence[Count]) -> str:
    more = [f"{_total(counts[5:])} for other reasons"] if counts[5:] else []
    return "; ".join([*(f"{count.times} ({printable(count.name)})" for count in counts[:5]), *more])


def _figure(column: Column, cell: Cell, *, row: Row) -> Figure:
    estimate = cell.estimate
    if estimate is None:
        return Figure(NONE)
    aside = NONE
    if estimate.interval is not None:
        low, high = (_number(end, column=column).rstrip("%") for end in estimate.interval)
        aside = f"[{low}, {high}]" + ("†" if cell.one_sample and row.sample_id is None else "")
    if estimate.values != row.scored:
        aside += f" n={estimate.values}"
    return Figure(_number(estimate.mean, column=column), aside)


def _number(value: float, *, column: Column) -> str:
    if column.is_rate:
        return f"{value:.0%}"
    decimals = 0 if column.largest >= 1000 else 1 if column.largest > 1 else 2
    return f"{value:z.{decimals}f}"


def _setting(setting: Setting) -> str:
    value = json.loads(setting.value)
    return f"{printable(setting.name)}={printable(value if isinstance(value, str) else setting.value)}"


def _amount(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _total(counts: Sequence[Count]) -> int:
    return sum(count.times for count in counts)
