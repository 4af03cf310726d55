"""All tasks and models on one table."""

from __future__ import annotations

from collections.abc import Iterator

from llmbench_inspect.results.report.blocks import NONE, Block, Cell, Heading, Line, Table
from llmbench_inspect.results.report.effort import efforts, speeds
from llmbench_inspect.results.report.evidence import Evidence
from llmbench_inspect.results.report.hardware import timed_name
from llmbench_inspect.results.report.scores import Scores
from llmbench_inspect.results.report.section import section
from llmbench_inspect.results.report.tallies import tallies
from llmbench_inspect.results.report.wording import (
    number_cell,
    quantile_cell,
    score_cell,
    share_cell,
    speed_cell,
    told_only,
)
from llmbench_inspect.results.untrusted import printable


@section(order=100, title="At a glance", scope="whole", pages=("headline", "detailed"))
def glance(evidence: Evidence) -> Iterator[Block]:
    """The headline score of every model in every task, with its speed and cost."""
    lines: list[Line] = []
    for label, task in evidence.tasks.items():
        scores, counts = task.once(Scores), task.once(tallies)
        pace, effort = task.once(speeds), task.once(efforts)
        headline = scores.headline
        lines.append(Line(printable(label, limit=120)))
        for model in scores.ranked:
            spread = None if headline is None else scores.models.get((model, headline.name))
            told = effort.get(model)
            total = counts[model].counted + counts[model].left_out.total()
            lines.append(
                Line(
                    timed_name(task, model),
                    (
                        Cell(NONE if headline is None else printable(str(headline.name), limit=40)),
                        Cell(NONE)
                        if headline is None
                        else score_cell(spread, headline, counted=counts[model].counted),
                        number_cell(counts[model].counted),
                        share_cell(counts[model].left_out.total() / total if total else None),
                        speed_cell(pace.get(model)),
                        quantile_cell(told.ttft_p50 if told else None),
                        quantile_cell(told.seconds_p50 if told else None),
                        number_cell(told.output_tokens if told else None),
                        number_cell(
                            told.cost if told else None,
                            decimals=4,
                        ),
                    ),
                )
            )
    yield told_only(
        Table(
            corner="model",
            headings=(
                Heading("score", is_text=True),
                Heading("mean"),
                Heading("n"),
                Heading("left out"),
                Heading("tokens/s"),
                Heading("TTFT p50 (s)"),
                Heading("call p50 (s)"),
                Heading("output tokens"),
                Heading("cost ($)"),
            ),
            lines=tuple(lines),
        )
    )
