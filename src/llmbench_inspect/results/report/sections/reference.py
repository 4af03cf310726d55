"""Published scores beside those of the logs."""

from __future__ import annotations

from collections.abc import Iterator

from llmbench_inspect.results.report.blocks import NONE, Block, Cell, Heading, Line, Prose, Table
from llmbench_inspect.results.report.evidence import Evidence
from llmbench_inspect.results.report.reference import PublishedScore
from llmbench_inspect.results.report.scores import Column, Scores
from llmbench_inspect.results.report.section import section
from llmbench_inspect.results.report.wording import score_cell, score_text
from llmbench_inspect.results.untrusted import printable
from llmbench_inspect.statistics import Interval, wilson

_NORMAL = 1.959963984540054


@section(order=150, title="Beside published scores", scope="whole", pages=("headline", "detailed"))
def reference(evidence: Evidence) -> Iterator[Block]:
    """Ours and theirs, by task and score."""
    published = evidence.options.reference
    if not published:
        return
    lines: list[Line] = []
    used: set[PublishedScore] = set()
    for label, task in evidence.tasks.items():
        scores = task.once(Scores)
        name = task.runs["task"][0]
        mine: dict[Column, list[PublishedScore]] = {}
        for one in published:
            column = next((each for each in scores.columns if str(each.name) == one.score), None)
            column = scores.headline if one.score is None else column
            if one.task in {name, name.rpartition("/")[2]} and column is not None:
                mine.setdefault(column, []).append(one)
                used.add(one)
        for column, theirs in mine.items():
            lines.append(Line(f"{printable(label, limit=120)}: {printable(str(column.name))}"))
            lines += _ours(task, column, theirs)
            lines += [_published(one, column) for one in theirs]
    yield Prose(
        "Published scores are not paired with ours: other prompts, other samples, other settings, other "
        "judges. A "
        "difference tells whether a figure is of the right size, not which model is better."
    )
    if lines:
        yield Table(
            corner="model",
            headings=(
                Heading("mean"),
                Heading("n"),
                Heading("ours minus published"),
                Heading("from", is_text=True),
            ),
            lines=tuple(lines),
        )
    for one in dict.fromkeys(published):
        if one not in used:
            what = printable(one.task if one.score is None else f"{one.task}: {one.score}")
            yield Prose(f"Not in these logs: {what} ({printable(one.model)})")


def _ours(task: Evidence, column: Column, theirs: list[PublishedScore]) -> Iterator[Line]:
    scores = task.once(Scores)
    names = dict(task.runs.select("model_label", "model").iter_rows())
    for model in scores.ranked:
        spread = scores.models.get((model, column.name))
        if spread is None:
            continue
        values = [one.value for one in theirs if one.model in {names[model], names[model].rpartition("/")[2]}]
        difference = Cell(NONE)
        if len(values) == 1:
            points = spread.estimate.mean - values[0]
            text = f"{100 * points:+.1f} points" if column.is_rate else f"{points:+.2f}"
            difference = Cell(text, value=points)
        yield Line(
            printable(model, limit=120),
            (
                score_cell(spread, column, counted=spread.estimate.values),
                Cell(f"{spread.estimate.values:,}", value=spread.estimate.values),
                difference,
                Cell("these logs"),
            ),
        )


def _published(one: PublishedScore, column: Column) -> Line:
    interval = None
    if one.low is not None and one.high is not None:
        interval = Interval(one.low, one.high)
    elif one.n is not None and column.is_rate and 0 <= one.value <= 1:
        interval = wilson(one.value, one.n, quantile=_NORMAL)
    aside = ""
    if interval is not None:
        low, high = (score_text(end, column).rstrip("%") for end in interval)
        aside = f"[{low}, {high}]"
    link = one.source if one.source.startswith(("https://", "http://")) else None
    return Line(
        f"{printable(one.model, limit=100)} (published, not paired)",
        (
            Cell(score_text(one.value, column), aside, value=one.value),
            Cell(NONE) if one.n is None else Cell(f"{one.n:,}", value=one.n),
            Cell(NONE),
            Cell(printable(one.source, limit=100), link=link),
        ),
    )
