"""How the metrics of a task changed from run to run."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from llmbench_inspect.results.compute import RunPoint
from llmbench_inspect.results.report.blocks import NONE, Block, Cell, Figure, Heading, Line, Table
from llmbench_inspect.results.report.drawing import drawing
from llmbench_inspect.results.report.evidence import Evidence
from llmbench_inspect.results.report.hardware import hardware_notes
from llmbench_inspect.results.report.history import run_history
from llmbench_inspect.results.report.scores import Column, Scores
from llmbench_inspect.results.report.section import section
from llmbench_inspect.results.report.wording import score_text
from llmbench_inspect.results.untrusted import printable


@section(order=405, title="By run date", pages=("headline", "detailed"))
def history(evidence: Evidence) -> Iterator[Block]:
    """A line for each run, and a field for each metric; only where the history is asked for."""
    if not evidence.options.history:
        return
    told = evidence.once(run_history)
    if not told:
        return
    columns = {column.name.scorer: column for column in evidence.once(Scores).columns if not column.name.key}
    runs: dict[tuple[datetime, str], dict[str, RunPoint]] = {}
    for metric, models in told.items():
        for model, points in models.items():
            for point in points:
                runs.setdefault((point.started, model), {})[metric] = point
    if len(runs) > 1:
        yield from evidence.once(_drawn)
    yield Table(
        corner="run",
        headings=(Heading("model", is_text=True), *(Heading(printable(metric, limit=32)) for metric in told)),
        lines=tuple(
            Line(
                started.isoformat(sep=" ", timespec="minutes").removesuffix("+00:00"),
                (
                    Cell(printable(model, limit=80)),
                    *(_cell(points.get(metric), columns.get(metric)) for metric in told),
                ),
            )
            for (started, model), points in sorted(runs.items())
        ),
        notes=(
            "Dates are UTC. Each run by itself; elsewhere in this report runs of the same add up.",
            *hardware_notes(evidence),
        ),
    )


def _cell(point: RunPoint | None, column: Column | None) -> Cell:
    if point is None:
        return Cell(NONE)

    def text(value: float) -> str:
        return f"{value:,.2f}" if column is None else score_text(value, column)

    aside = ""
    if point.interval is not None:
        low, high = (text(end).rstrip("%") for end in point.interval)
        aside = f"[{low}, {high}]"
    return Cell(text(point.value), aside, value=point.value)


def _drawn(evidence: Evidence) -> tuple[Figure, ...]:
    from llmbench_inspect.results import figures  # noqa: PLC0415 - slow to import

    caption = "Each metric by the date of its runs"
    return tuple(
        drawing(
            evidence,
            "history",
            figures.history(evidence.once(run_history)),
            caption=caption,
            alt=f"{caption}: the table below has the figures.",
        )
    )
