"""What was left out, and why; and whether what is left can be right."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from llmbench_inspect.results.report.blocks import Block, Cell, Heading, Line, Prose, Table
from llmbench_inspect.results.report.checks import checks
from llmbench_inspect.results.report.evidence import Evidence
from llmbench_inspect.results.report.scores import Scores
from llmbench_inspect.results.report.section import section
from llmbench_inspect.results.report.tallies import most_frequent_first, tallies
from llmbench_inspect.results.report.wording import number_cell, share_cell
from llmbench_inspect.results.untrusted import printable


@section(order=700, title="Left out", scope="whole")
def left_out(evidence: Evidence) -> Iterator[Block]:
    """Samples by their reasons, and files that could not be read."""
    lines: list[Line] = []
    for label, task in evidence.tasks.items():
        for model in task.once(Scores).ranked:
            tally = task.once(tallies)[model]
            total = tally.counted + tally.left_out.total()
            lines += [
                Line(
                    f"{printable(label, limit=120)}, {printable(model, limit=60)}",
                    (
                        Cell(printable(count.name, limit=160)),
                        number_cell(count.times),
                        share_cell(count.times / total),
                    ),
                )
                for count in most_frequent_first(tally.left_out)
            ]
    lines += [
        Line(
            printable(PurePosixPath(log).name, limit=120),
            (Cell(printable(reason, limit=160)), Cell("whole file"), Cell("")),
        )
        for log, reason in evidence.tables.left_out
    ]
    if not lines:
        yield Prose("Nothing: every sample that was to be run counts.")
        return
    yield Table(
        corner="task, model",
        headings=(Heading("reason", is_text=True), Heading("samples"), Heading("share")),
        lines=tuple(lines),
    )


@section(order=710, title="Sanity checks", scope="whole")
def sanity(evidence: Evidence) -> Iterator[Block]:
    """Every check, and what it found."""
    made = evidence.once(checks)
    yield Table(
        corner="check",
        headings=(Heading("result", is_text=True),),
        lines=tuple(
            Line(check.name, (Cell(f"{len(check.found)} to look at" if check.found else "passed"),))
            for check in made
        ),
    )
    for check in made:
        for found in check.found[:20]:
            yield Prose(found, is_warning=True)
        if len(check.found) > 20:
            yield Prose(f"{len(check.found) - 20} more of: {check.name}", is_warning=True)
