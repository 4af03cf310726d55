"""One line for each model in each task: how often it answered, succeeded and failed, and how long it took."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

import polars as pl

from llmbench_inspect.results.report.blocks import NONE, Block, Cell, Heading, Line, Prose, Table
from llmbench_inspect.results.report.effects import effects
from llmbench_inspect.results.report.effort import efforts, speeds
from llmbench_inspect.results.report.evidence import Evidence
from llmbench_inspect.results.report.scores import Scores
from llmbench_inspect.results.report.section import section
from llmbench_inspect.results.report.tallies import tallies
from llmbench_inspect.results.report.untrusted import printable
from llmbench_inspect.results.report.wording import (
    number_cell,
    quantile_cell,
    score_cell,
    share_cell,
    speed_cell,
)
from llmbench_inspect.results.settings import entries

_RATE: Final = re.compile(r"(?i)rate.?limit|too many requests|\b429\b|quota")
_THINKING: Final = (
    "reasoning_effort",
    "reasoning_tokens",
    "reasoning_history",
    "effort",
    "think",
    "thinking",
)
_HEADS: Final = (
    "Model",
    "Thinking",
    "Runs",
    "n(total)",
    "n(ok)",
    "ok%",
    "n(success)",
    "succ%(ok)",
    "succ%(total)",
    "n(pass)",
    "pass%(total)",
    "n(error)",
    "n(rate)",
    "n(skipped)",
    "e2e p50",
    "e2e p95",
    "suite wall p50",
    "score",
    "mean [95 %]",
    "TTFT p50",
    "TTFT p95",
    "tokens/s",
    "output tokens",
    "cost ($)",
    "joules",
)

_READING: Final = (
    "n counts every epoch of every sample. ok: it was run and did not error. success: an answer arrived "
    "and could "
    "be judged; where the task has a score named success, what that says. pass: the answer is right, where a "
    "score of 0 and 1 or a failure class tells. rate: it ended in an error that names a rate limit; error: "
    "in "
    "another. skipped: it was not run, or was invalidated. Times are in seconds, of the samples that are "
    "ok, with "
    "percentiles interpolated linearly; a 95th percentile needs 20 samples. What the logs do not tell is "
    "absent."
)


@section(order=60, title="Aggregate", scope="whole", pages=("aggregate",))
def aggregate(evidence: Evidence) -> Iterator[Block]:
    """By provider; a heading for each task."""
    lines: list[Line] = []
    for label, task in evidence.tasks.items():
        lines.append(Line(printable(label, limit=120)))
        lines += [_line(task, model) for model in task.once(Scores).ranked]
    yield Table(
        corner="Provider",
        headings=tuple(Heading(head, is_text=head in {"Model", "Thinking", "score"}) for head in _HEADS),
        lines=tuple(lines),
    )
    yield Prose(_READING)


def _line(task: Evidence, model: str) -> Line:
    scores, taken = task.once(Scores), task.once(effects)[model]
    effort, tally = task.once(efforts).get(model), task.once(tallies)[model]
    samples = task.samples.filter(pl.col("model_label") == model)
    errors: list[str] = samples["error"].drop_nulls().to_list()
    rate = sum(_RATE.search(error) is not None for error in errors)
    total = tally.counted + tally.left_out.total()
    right = samples["solved"].drop_nulls()
    passed = int(right.sum()) if len(right) else None
    skipped = len(task.not_run.filter(pl.col("model_label") == model)) + len(
        samples.filter(pl.col("left_out") == "invalidated", pl.col("error").is_null())
    )
    good = total - skipped - len(errors)
    success = _answered(task, model, tally.counted)
    run = next(task.runs.filter(pl.col("model_label") == model).iter_rows(named=True))
    provider, _, name = model.partition("/")
    headline = scores.headline
    return Line(
        printable(provider if name else NONE),
        (
            Cell(printable(name or provider, limit=120)),
            Cell(_thinking(run)),
            number_cell(taken.runs),
            number_cell(total),
            number_cell(good),
            share_cell(_share(good, total)),
            number_cell(success),
            share_cell(_share(success, good)),
            share_cell(_share(success, total)),
            number_cell(passed),
            share_cell(_share(passed, total)),
            number_cell(len(errors) - rate),
            number_cell(rate),
            number_cell(skipped),
            quantile_cell(taken.seconds_p50),
            quantile_cell(taken.seconds_p95),
            number_cell(taken.suite_wall_p50, decimals=1),
            Cell(NONE if headline is None else printable(str(headline.name), limit=40)),
            Cell(NONE)
            if headline is None
            else score_cell(scores.models.get((model, headline.name)), headline, counted=tally.counted),
            quantile_cell(effort.ttft_p50 if effort else None),
            quantile_cell(effort.ttft_p95 if effort else None),
            speed_cell(task.once(speeds).get(model)),
            number_cell(taken.output_tokens),
            number_cell(taken.cost, decimals=4),
            number_cell(taken.joules),
        ),
    )


def _answered(task: Evidence, model: str, counted: int) -> int:
    told = task.scores.filter(
        pl.col("model_label") == model, pl.col("scorer") == "success", pl.col("key").is_null()
    )["value"].drop_nulls()
    return counted if told.is_empty() else int((told == 1).sum())


def _share(part: int | None, whole: int) -> float | None:
    return part / whole if part is not None and whole else None


def _thinking(run: dict[str, Any]) -> str:
    told = entries(run["generate_config"]) | entries(run["model_args"])
    said = [f"{told[name]}" for name in _THINKING if told.get(name) is not None]
    return printable(", ".join(said), limit=40) if said else NONE
