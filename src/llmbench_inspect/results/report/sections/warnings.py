"""What to know before reading any figure: logs that could not be read, runs that did not end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Final

import polars as pl

from llmbench_inspect.results.report.blocks import Block, Prose
from llmbench_inspect.results.report.evidence import Evidence
from llmbench_inspect.results.report.section import section
from llmbench_inspect.results.skipped import SKIPPED
from llmbench_inspect.results.untrusted import printable

_EVERYWHERE: Final = ("console", "aggregate", "headline", "detailed")


@section(order=50, title="What to know first", scope="whole", pages=_EVERYWHERE)
def warnings(evidence: Evidence) -> Iterator[Block]:
    """Name them, each with its reason."""
    for log, reason in evidence.tables.left_out:
        name = printable(PurePosixPath(log).name, limit=120)
        yield Prose(
            f"{name} is no readable log and left out: {printable(reason, limit=120)}", is_warning=True
        )
    skipped = pl.col("tags").list.contains(SKIPPED).fill_null(value=False)
    if count := evidence.runs.filter("latest", skipped).height:
        runs = "1 run was" if count == 1 else f"{count} runs were"
        yield Prose(f"{runs} skipped, because the model is not there:", is_warning=True)
    unfinished = evidence.runs.filter("latest", pl.col("status") != "success").sort(skipped, descending=True)
    for run in unfinished.iter_rows(named=True):
        error = f": {printable(run['error'], limit=120)}" if run["error"] else ""
        yield Prose(
            f"{printable(run['task'])} with {printable(run['model'])}: {run['status']} after "
            f"{run['samples']} of {run['planned']} samples{error}",
            is_warning=True,
        )
