"""What each model scored in a task: over all samples, by key of a score, and sample by sample."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

import polars as pl

from llmbench_inspect.results.report.blocks import NONE, Block, Cell, Heading, Line, Table
from llmbench_inspect.results.report.effort import speeds
from llmbench_inspect.results.report.evidence import Evidence
from llmbench_inspect.results.report.hardware import timed_name
from llmbench_inspect.results.report.scores import Column, Scores, Spread
from llmbench_inspect.results.report.section import section
from llmbench_inspect.results.report.tallies import (
    Tally,
    most_frequent_first,
    natural,
    sample_tallies,
    tallies,
)
from llmbench_inspect.results.report.wording import (
    number_cell,
    score_cell,
    score_text,
    speed_cell,
    told_counts,
)
from llmbench_inspect.results.untrusted import printable

_MOST_SAMPLES: Final = 1000
_SPREAD: Final = (
    "Median and standard deviation are of the samples' means over their epochs; the standard error is that "
    "of "
    "the mean over samples."
)


@section(order=400, title="Models", pages=("console", "detailed"))
def models(evidence: Evidence) -> Iterator[Block]:
    """A line for each model, the best on top."""
    scores, counts, pace = evidence.once(Scores), evidence.once(tallies), evidence.once(speeds)
    plain = [column for column in scores.columns if column.name.key is None]
    lines: list[Line] = []
    for model in scores.ranked:
        cells = [number_cell(counts[model].counted), number_cell(counts[model].left_out.total())]
        for column in plain:
            spread = scores.models.get((model, column.name))
            cells.append(score_cell(spread, column, counted=counts[model].counted))
            if column.baseline_label is not None:
                cells.append(_baseline(None if spread is None else spread.baseline, column))
        cells += [speed_cell(pace.get(model)), number_cell(counts[model].cut_off.total())]
        lines.append(Line(timed_name(evidence, model), tuple(cells)))
    yield Table(
        corner="model",
        headings=(*_headings(plain), Heading("tokens/s"), Heading("cut off")),
        lines=tuple(lines),
        notes=tuple(note for model in scores.ranked for note in _notes(model, counts[model])),
    )


@section(order=410, title="How the values spread")
def spread_of_values(evidence: Evidence) -> Iterator[Block]:
    """Mean, median and standard deviation of every score of every model."""
    scores = evidence.once(Scores)
    lines: list[Line] = []
    for column in scores.columns:
        told = [(model, scores.models.get((model, column.name))) for model in scores.ranked]
        known = [(model, spread) for model, spread in told if spread is not None]
        if not known:
            continue
        lines.append(Line(printable(str(column.name))))
        for model, spread in known:
            estimate = spread.estimate
            lines.append(
                Line(
                    printable(model, limit=120),
                    (
                        number_cell(estimate.values),
                        number_cell(1 if spread.one_sample else estimate.clusters),
                        score_cell(spread, column, counted=estimate.values),
                        _value(spread.median, column),
                        _value(spread.deviation, column),
                        _value(spread.stderr, column, finer=True),
                        _value(spread.least, column),
                        _value(spread.most, column),
                    ),
                )
            )
    if lines:
        heads = ("values", "samples", "mean", "median", "std. dev.", "std. error", "least", "most")
        yield Table(
            corner="model",
            headings=tuple(Heading(head) for head in heads),
            lines=tuple(lines),
            notes=(_SPREAD,),
        )


@section(order=420, title="By key", pages=("console", "detailed"))
def keys(evidence: Evidence) -> Iterator[Block]:
    """A table for each score that is a mapping."""
    scores, counts = evidence.once(Scores), evidence.once(tallies)
    for scorer in dict.fromkeys(
        column.name.scorer for column in scores.columns if column.name.key is not None
    ):
        columns = [
            column
            for column in scores.columns
            if column.name.scorer == scorer and column.name.key is not None
        ]
        yield Table(
            title=printable(scorer),
            corner="model",
            headings=tuple(Heading(printable(column.name.key or "", limit=32)) for column in columns),
            lines=tuple(
                Line(
                    printable(model, limit=120),
                    tuple(
                        score_cell(
                            scores.models.get((model, column.name)), column, counted=counts[model].counted
                        )
                        for column in columns
                    ),
                )
                for model in scores.ranked
            ),
        )


@section(order=430, title="Samples", pages=("console", "detailed"))
def samples(evidence: Evidence) -> Iterator[Block]:
    """The same, sample by sample; intervals are over the epochs of one."""
    scores = evidence.once(Scores)
    plain = [column for column in scores.columns if column.name.key is None]
    key = ("model_label", "sample_id")
    every = pl.concat([evidence.samples.select(key), evidence.not_run.select(key)]).unique()
    if every.is_empty():
        return
    total = len(every) + every["model_label"].n_unique()
    chosen: list[tuple[str, str]] = []
    for model in scores.ranked:
        ids: list[str] = every.filter(pl.col("model_label") == model)["sample_id"].to_list()
        chosen += [(model, sample) for sample in sorted(ids, key=natural)]
    chosen = chosen[: _MOST_SAMPLES - len(scores.ranked)]
    shown = pl.DataFrame(chosen, schema=dict.fromkeys(key, pl.String()), orient="row")
    counts, spreads = sample_tallies(evidence, shown), scores.samples(shown)
    lines: list[Line] = []
    for index, (model, sample) in enumerate(chosen):
        if not index or chosen[index - 1][0] != model:
            lines.append(Line(printable(model, limit=120)))
        tally = counts[model, sample]
        cells = [number_cell(tally.counted), number_cell(tally.left_out.total())]
        for column in plain:
            spread = spreads.get((model, sample, column.name))
            cells.append(_sample_cell(spread, column, counted=tally.counted))
            if column.baseline_label is not None:
                cells.append(
                    _baseline(None if spread is None else spread.baseline, replace(column, values=0))
                )
        cells.append(number_cell(tally.cut_off.total()))
        lines.append(Line(printable(sample), tuple(cells)))
    unseen = total - len(lines)
    yield Table(
        corner="sample",
        headings=(*_headings(plain), Heading("cut off")),
        lines=tuple(lines),
        notes=(f"{unseen:,} more lines are left out; inspect view shows every sample",) if unseen > 0 else (),
    )


def _headings(columns: Sequence[Column]) -> tuple[Heading, ...]:
    headings = [Heading("n"), Heading("left out")]
    for column in columns:
        headings.append(Heading(printable(column.name.scorer, limit=32)))
        if column.baseline_label is not None:
            headings.append(Heading(printable(column.baseline_label, limit=16), joined=True))
    return tuple(headings)


def _sample_cell(spread: Spread | None, column: Column, *, counted: int) -> Cell:
    """One value alone has no interval, and need not say so."""
    # The few epochs of a sample give no rate with a decimal.
    cell = score_cell(spread, replace(column, values=counted), counted=counted, marked=False)
    return replace(cell, aside="") if cell.aside == NONE and counted == 1 else cell


def _baseline(value: float | None, column: Column) -> Cell:
    return Cell(NONE) if value is None else Cell(score_text(value, column), value=value)


def _value(value: float | None, column: Column, *, finer: bool = False) -> Cell:
    if value is None:
        return Cell(NONE)
    if finer and column.is_rate:
        return Cell(f"{value:.1%}", value=value)
    return Cell(score_text(value, column), value=value)


def _notes(model: str, tally: Tally) -> Iterator[str]:
    told = [
        f"{what} {told_counts(most_frequent_first(counts))}"
        for what, counts in (
            ("left out", tally.left_out),
            ("unscored", tally.unscored),
            ("cut off", tally.cut_off),
        )
        if counts
    ]
    if told:
        yield f"{printable(model, limit=120)}: {', '.join(told)}"
