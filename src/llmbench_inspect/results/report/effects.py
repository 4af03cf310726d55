"""What a sample took of each model: time, tokens, cost and energy, timed calls or not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from llmbench_inspect.statistics import Quantile, estimate_quantile

from .evidence import Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """The samples of one model in one task that ran, those that do not count among them."""

    samples: int
    seconds_p50: Quantile | None
    """From the start of a sample to its end, of those that did not error."""

    seconds_p95: Quantile | None
    """`None` also for fewer than 20 samples."""

    working_p50: Quantile | None
    """The same without waits for connections, retries and limits."""

    suite_wall_p50: float | None
    """Median over runs of the time from start to end, in seconds."""

    runs: int
    input_tokens: int | None
    """That the evaluated model read, cached ones apart; `None` where no log tells, as all below."""

    cached_tokens: int | None
    output_tokens: int | None
    reasoning_tokens: int | None
    cost: float | None
    """US $, where every sample tells."""

    joules: float | None
    gpu_utilization: float | None
    """Mean over samples of the busiest GPU's average, in percent."""

    gpu_memory_gb: float | None
    """Highest sum of the GPUs' peaks, in 10⁹ bytes."""


def effects(evidence: Evidence) -> Mapping[str, Effects]:
    """Add up the samples of each model of one task, by the model's label."""
    samples = {
        str(model): mine
        for (model,), mine in evidence.samples.partition_by("model_label", as_dict=True).items()
    }
    gpu = {
        str(model): mine for (model,), mine in evidence.gpu.partition_by("model_label", as_dict=True).items()
    }
    found: dict[str, Effects] = {}
    for model in evidence.models:
        runs = evidence.runs.filter(pl.col("model_label") == model, "latest")
        found[model] = _effects(
            samples.get(model, evidence.samples.clear()), gpu.get(model, evidence.gpu.clear()), runs=runs
        )
    return found


def _effects(samples: pl.DataFrame, gpu: pl.DataFrame, *, runs: pl.DataFrame) -> Effects:
    ended = samples.filter(pl.col("error").is_null())
    wall = runs.select((pl.col("completed_at") - pl.col("started_at")).dt.total_microseconds() / 1e6)
    seconds = wall.to_series().drop_nulls()
    joules = gpu.select(pl.sum_horizontal("joules", pl.col("earlier_joules").fill_null(0))).to_series()
    return Effects(
        samples=len(samples),
        seconds_p50=_quantile(ended["total_seconds"], 50),
        seconds_p95=_quantile(ended["total_seconds"], 95),
        working_p50=_quantile(ended["working_seconds"], 50),
        suite_wall_p50=_number(seconds.median()),
        runs=runs["evaluation"].n_unique(),
        input_tokens=_sum(samples, "input_tokens", "input_tokens_cache_write"),
        cached_tokens=_sum(samples, "input_tokens_cache_read"),
        output_tokens=_sum(samples, "output_tokens"),
        reasoning_tokens=_sum(samples, "reasoning_tokens"),
        cost=None if samples.is_empty() or samples["cost"].has_nulls() else float(samples["cost"].sum()),
        joules=None if gpu["joules"].drop_nulls().is_empty() else float(joules.sum()),
        gpu_utilization=_number(gpu["utilization_average"].mean()),
        gpu_memory_gb=_number(gpu["memory_peak_gb"].max()),
    )


def _quantile(values: pl.Series, percent: int) -> Quantile | None:
    known: list[float] = values.drop_nulls().to_list()
    least = 1 if percent == 50 else 20
    return estimate_quantile(known, percent) if len(known) >= least else None


def _sum(samples: pl.DataFrame, *columns: str) -> int | None:
    told = samples.select(pl.sum_horizontal(columns, ignore_nulls=True)).to_series()
    is_told = any(not samples[column].drop_nulls().is_empty() for column in columns)
    return int(told.sum()) if is_told else None


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None
