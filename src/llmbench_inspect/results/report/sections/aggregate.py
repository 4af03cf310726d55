"""One line for each model in each task: how often it answered, succeeded and failed, and how long it took."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import polars as pl

from llmbench_inspect.results.report.blocks import NONE, Block, Cell, Heading, Line, Prose, Table
from llmbench_inspect.results.report.effects import effects
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
    speed_cell,
)
from llmbench_inspect.results.settings import entries
from llmbench_inspect.results.untrusted import printable
from llmbench_inspect.statistics import Moments, estimate_rate_of

_SAMPLE: Final = ("log", "sample_id", "epoch")
_RATE: Final = r"(?i)rate.?limit|too many requests|\b429\b|quota"
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
    epochs = _epochs(task, model)
    ok = epochs.filter("ok")
    run = next(task.runs.filter(pl.col("model_label") == model).iter_rows(named=True))
    provider, _, name = model.partition("/")
    headline = scores.headline
    return Line(
        printable(provider if name else NONE),
        (
            Cell(timed_name(task, model).removeprefix(f"{provider}/")),
            Cell(_thinking(run)),
            number_cell(taken.runs),
            number_cell(len(epochs)),
            number_cell(len(ok)),
            _rate(epochs, "ok"),
            _times(epochs, "success"),
            _rate(ok, "success"),
            _rate(epochs, "success"),
            _times(epochs, "solved"),
            _rate(epochs, "solved"),
            _times(epochs, "error"),
            _times(epochs, "rate"),
            _times(epochs, "skipped"),
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


def _epochs(task: Evidence, model: str) -> pl.DataFrame:
    """What became of each epoch of each sample of a model, those that were not run among them."""
    mine = pl.col("model_label") == model
    answers = task.scores.filter(mine, pl.col("scorer") == "success", pl.col("key").is_null()).select(
        *_SAMPLE, answered=pl.col("value") == 1
    )
    errored, limited = (
        pl.col("error").is_not_null(),
        pl.col("error").str.contains(_RATE).fill_null(value=False),
    )
    samples = task.samples.filter(mine).join(answers, on=_SAMPLE, how="left", maintain_order="left")
    ran = samples.select(
        "sample_id",
        "solved",
        ok=~errored & pl.col("left_out").ne_missing("invalidated"),
        success=pl.col("counted") & pl.col("answered").fill_null(value=True),
        error=errored & ~limited,
        rate=limited,
        skipped=~errored & pl.col("left_out").eq_missing("invalidated"),
    )
    false = pl.lit(value=False)
    not_run = task.not_run.filter(mine).select(
        "sample_id",
        solved=pl.lit(None, pl.Boolean),
        ok=false,
        success=false,
        error=false,
        rate=false,
        skipped=pl.lit(value=True),
    )
    return pl.concat([ran, not_run])


def _times(epochs: pl.DataFrame, what: str) -> Cell:
    told = epochs[what].drop_nulls()
    return number_cell(None if told.is_empty() else int(told.sum()))


def _rate(epochs: pl.DataFrame, what: str) -> Cell:
    """The share of epochs, with an interval that knows which are of one sample."""
    if epochs[what].drop_nulls().is_empty():
        return Cell(NONE)
    value = pl.col(what).fill_null(value=False).cast(pl.Float64)
    means = epochs.group_by("sample_id", maintain_order=True).agg(value.mean())[what]
    least, most = float(means.to_numpy().min()), float(means.to_numpy().max())
    spread = float(means.to_numpy().var(ddof=1)) if len(means) > 1 else 0.0
    share = float(epochs.select(value.mean()).item())
    told = estimate_rate_of(Moments(len(epochs), len(means), share, spread, least, most))
    aside = (
        ""
        if told.interval is None
        else f"[{told.interval.low:.0%}, {told.interval.high:.0%}]".replace("%", "")
    )
    return Cell(f"{share:.0%}", aside, value=share)


def _thinking(run: dict[str, Any]) -> str:
    told = entries(run["generate_config"]) | entries(run["model_args"])
    said = [f"{told[name]}" for name in _THINKING if told.get(name) is not None]
    return printable(", ".join(said), limit=40) if said else NONE
