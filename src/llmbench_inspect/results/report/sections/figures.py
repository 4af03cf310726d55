"""Figures of a task's calls, tokens, failures, lengths and GPUs, by model."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from typing import Final

import polars as pl
from upath import UPath

from llmbench_inspect.results.compute import LengthScore, composition, scores_by_length
from llmbench_inspect.results.report.blocks import Block, Prose
from llmbench_inspect.results.report.drawing import drawing
from llmbench_inspect.results.report.evidence import Evidence
from llmbench_inspect.results.report.hardware import timed_name
from llmbench_inspect.results.report.scores import Scores
from llmbench_inspect.results.report.section import section
from llmbench_inspect.results.report.tallies import tallies
from llmbench_inspect.results.untrusted import printable
from llmbench_inspect.telemetry.gpu.sidecar import sidecar_location

_MOST_RUNS: Final = 3
"""Runs of a task whose GPUs are drawn, the newest."""

_READ: Final = (
    "seconds",
    "samples",
    "utilization_percent",
    "memory_bytes",
    "power_watts",
    "temperature_celsius",
)


@section(order=425, title="Long contexts")
def long_contexts(evidence: Evidence) -> Iterator[Block]:
    """The score by the length of the prompt, for tasks that ask at several lengths."""
    if not (evidence.scores["scorer"] == "input_tokens").any():
        return
    from llmbench_inspect.results.figures import long_context_curve  # noqa: PLC0415 - slow to import

    told = evidence.once(_by_length)
    caption = "Score by length of the prompt"
    ends = "; ".join(
        f"{model}: {lengths[0].score:.0%} at {lengths[0].tokens:,.0f} tokens, "
        f"{lengths[-1].score:.0%} at {lengths[-1].tokens:,.0f}"
        for model, lengths in list(told.items())[:3]
    )
    yield from drawing(
        evidence, "long-context", long_context_curve(told), caption=caption, alt=f"{caption}. {ends}."
    )


@section(order=455, title="Latency")
def latency(evidence: Evidence) -> Iterator[Block]:
    """The distributions of the calls' times."""
    timed = evidence.calls.filter("timed")
    if timed.is_empty():
        return
    from llmbench_inspect.results.figures import latency_distributions  # noqa: PLC0415 - slow to import

    caption = "Distributions of the times of calls"
    yield from drawing(
        evidence,
        "latency",
        latency_distributions(_by_model(evidence, timed, of_times=True)),
        caption=caption,
        alt=f"{caption}, by model: the table of calls has the percentiles.",
    )


@section(order=465, title="Token composition")
def token_composition(evidence: Evidence) -> Iterator[Block]:
    """What the tokens of a sample are."""
    told = {
        model: parts
        for model, samples in _by_model(evidence, evidence.samples).items()
        if (parts := composition(samples)) is not None
    }
    if not told:
        return
    from llmbench_inspect.results import figures  # noqa: PLC0415 - slow to import

    caption = "Tokens of a sample, by kind"
    yield from drawing(
        evidence, "token-composition", figures.token_composition(told), caption=caption,
        alt=f"{caption} and model: the table of tokens has the sums.",
    )  # fmt: skip


@section(order=505, title="Ways to fail")
def ways_to_fail(evidence: Evidence) -> Iterator[Block]:
    """Shares of the failure classes."""
    counts = evidence.once(tallies)
    told = {
        printable(model, limit=120): {
            printable(name, limit=60): times for name, times in counts[model].failures.items()
        }
        for model in evidence.once(Scores).ranked
    }
    if not any(told.values()):
        return
    from llmbench_inspect.results.figures import failure_modes  # noqa: PLC0415 - slow to import

    caption = "Shares of the ways in which samples failed"
    yield from drawing(
        evidence, "ways-to-fail", failure_modes(told), caption=caption,
        alt=f"{caption}, by model: the table of failures has the numbers.",
    )  # fmt: skip


@section(order=475, title="GPUs over time")
def gpus_over_time(evidence: Evidence) -> Iterator[Block]:
    """What the GPUs did in the newest runs."""
    watched = evidence.gpu.filter(pl.col("unavailable").is_null())["log"].unique().to_list()
    runs = evidence.runs.filter(pl.col("log").is_in(watched)).tail(_MOST_RUNS)
    if runs.is_empty():
        return
    from llmbench_inspect.results.figures import gpu_time_line  # noqa: PLC0415 - slow to import

    for number, (log, model) in enumerate(runs.select("log", "model_label").iter_rows(), start=1):
        caption = f"GPUs while {printable(model, limit=120)} ran"
        try:
            series = _series(log)
        except (OSError, pl.exceptions.PolarsError):
            yield Prose(f"{caption}: the series beside the log is missing or damaged.")
            continue
        yield from drawing(
            evidence, f"gpus-{number}", gpu_time_line(series), caption=caption,
            alt=f"{caption}: use, memory, power and temperature over time, and how many samples ran.",
        )  # fmt: skip


def _series(log: str) -> pl.DataFrame:
    """What the GPU hook wrote beside a log, its columns of the types that are drawn."""
    series = pl.read_parquet(io.BytesIO(UPath(sidecar_location(log)).read_bytes()))
    return series.select(pl.col("gpu").cast(pl.Int64), pl.col(_READ).cast(pl.Float64))


def _by_length(evidence: Evidence) -> Mapping[str, tuple[LengthScore, ...]]:
    samples = evidence.all_columns("samples").select(
        "log", "sample_id", "epoch", "left_out", "metadata", "model_label"
    )
    kept = samples.filter(pl.col("left_out").is_null()).collect()
    return {
        model: told
        for model, mine in _by_model(evidence, kept).items()
        if (told := scores_by_length(mine, evidence.scores))
    }


def _by_model(evidence: Evidence, frame: pl.DataFrame, *, of_times: bool = False) -> dict[str, pl.DataFrame]:
    """A frame's parts by model, the best first."""
    parts = ((model, frame.filter(pl.col("model_label") == model)) for model in evidence.once(Scores).ranked)
    return {
        timed_name(evidence, model) if of_times else printable(model, limit=120): part
        for model, part in parts
        if not part.is_empty()
    }
