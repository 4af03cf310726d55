"""In which ways samples of a task failed, and some of them to look at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

import polars as pl

from llmbench_inspect.results.report.blocks import NONE, Block, Cell, Heading, Line, Prose, Table
from llmbench_inspect.results.report.evidence import Evidence
from llmbench_inspect.results.report.scores import Scores
from llmbench_inspect.results.report.section import section
from llmbench_inspect.results.report.tallies import most_frequent_first, natural, tallies
from llmbench_inspect.results.report.wording import number_cell
from llmbench_inspect.results.tables import NO_FAILURE
from llmbench_inspect.results.untrusted import printable

_NAMED: Final = 2
_SHOWN: Final = 3
"""Examples of each way to fail, of all models together."""


@section(order=500, title="Failures", pages=("console", "detailed"))
def failures(evidence: Evidence) -> Iterator[Block]:
    """How many of the samples that count fell into each failure class."""
    counts = evidence.once(tallies)
    classes = _classes(evidence)
    if not classes:
        return
    models = evidence.once(Scores).ranked
    failed = (
        evidence.samples.filter("counted")
        .drop_nulls("failure_class")
        .group_by("model_label", "failure_class", maintain_order=True)
        .agg(pl.col("sample_id").unique())
    )
    ids = {(model, name): sorted(names, key=natural) for model, name, names in failed.iter_rows()}
    yield Table(
        corner="model",
        headings=tuple(Heading(printable(name, limit=32)) for name in classes),
        lines=tuple(
            Line(
                printable(model, limit=120),
                tuple(number_cell(counts[model].failures[name]) for name in classes),
            )
            for model in models
        ),
        notes=tuple(
            f"{printable(model, limit=120)}: {printable(name, limit=32)} in "
            f"{', '.join(printable(one) for one in ids[model, name][:_NAMED])}"
            for model in models
            for name in classes
            if name != NO_FAILURE and (model, name) in ids
        ),
    )


@section(order=510, title="Failures to look at")
def examples(evidence: Evidence) -> Iterator[Block]:
    """Some samples of each failure class, with what the scorer said, and where to see the whole."""
    failed = (
        evidence.samples.filter(
            "counted", pl.col("solved").eq(other=False) | pl.col("failure_class").ne(NO_FAILURE)
        )
        .with_columns(pl.col("failure_class").fill_null("not solved"))
        .group_by("failure_class", maintain_order=True)
        .head(_SHOWN)
    )
    if failed.is_empty():
        return
    key = ("log", "sample_id", "epoch")
    told = (
        evidence.all_columns("scores")
        .join(failed.lazy().select(key), on=key, how="semi")
        .filter(pl.col("explanation").is_not_null() | pl.col("answer").is_not_null())
        .group_by(key, maintain_order=True)
        .agg(pl.col("answer").drop_nulls().first(), pl.col("explanation").drop_nulls().first())
        .collect()
    )
    classes = [name for name in (*_classes(evidence), "not solved") if name != NO_FAILURE]
    rows = failed.join(told, on=key, how="left", maintain_order="left").iter_rows(named=True)
    by_class: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by_class.setdefault(row["failure_class"], []).append(row)
    lines: list[Line] = []
    for name in classes:
        if name not in by_class:
            continue
        lines.append(Line(printable(name)))
        lines += [
            Line(
                printable(f"{row['sample_id']} ({row['epoch']})", limit=60),
                (
                    Cell(printable(str(row["model_label"]), limit=60)),
                    Cell(printable(str(row["answer"] or ""), limit=160)),
                    Cell(printable(str(row["explanation"] or ""), limit=240)),
                    _link(evidence.viewer.link(row["log"], row["sample_id"], epoch=row["epoch"])),
                ),
            )
            for row in by_class[name]
        ]
    yield Prose(
        "Some of each, with what the scorer read as the answer and what it said. The links open the whole "
        "sample in the log viewer; without a bundle, start it with inspect view --log-dir and the folder of "
        "the logs."
    )
    yield Table(
        corner="sample (epoch)",
        headings=(
            Heading("model", is_text=True),
            Heading("answer", is_text=True),
            Heading("explanation", is_text=True),
            Heading("log", is_text=True),
        ),
        lines=tuple(lines),
    )


def _link(address: str | None) -> Cell:
    return Cell(NONE) if address is None else Cell("open", link=address)


def _classes(evidence: Evidence) -> list[str]:
    """Most frequent first, but `no failure` before all."""
    total: Counter[str] = sum((tally.failures for tally in evidence.once(tallies).values()), Counter[str]())
    return sorted((count.name for count in most_frequent_first(total)), key=lambda name: name != NO_FAILURE)
