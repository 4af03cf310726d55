"""What a model's answers took: times and tokens of its calls, where the logs hold them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from llmbench_inspect.statistics import Quantile, estimate_quantile, percentile
from llmbench_inspect.telemetry import BUSY, LOOP

from .evidence import Evidence

_SAMPLE: Final = ("log", "sample_id", "epoch")


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """All calls of one model in one task; times are in seconds."""

    calls: int
    failed: int
    """Calls that ended with an exception."""

    ttft_p50: Quantile | None
    """To the first token of any kind; `None` where no call tells."""

    ttft_p95: Quantile | None
    """`None` also for fewer than 20 calls."""

    answer_p50: Quantile | None
    """To the first token after the reasoning; `None` where no call reasoned."""

    itl_p50: float | None
    """Median over calls of their median time between chunks."""

    itl_p95: float | None
    """Median over calls of their 95th percentile."""

    decode_rate: Quantile | None
    """Output tokens a second after the first, median."""

    seconds_p50: Quantile | None
    seconds_p95: Quantile | None
    slow_to_start: float | None
    """Share of timed calls that waited longer for the first token than for all others."""

    queued: float
    """Waiting for a free connection, all calls together."""

    retried: int
    """Calls that were asked for more than once."""

    retries: float
    """Failed attempts and the pauses after them, all calls together."""

    busy: int
    """Timed calls whose times are partly this client's own work."""

    untimed: tuple[tuple[str, int], ...]
    """Why calls have no times within them; most frequent first."""

    input_tokens: int
    cached_tokens: int
    output_tokens: int
    reasoning_tokens: int | None
    """`None` where no call tells."""

    reasoning_estimated: bool
    """Whether some of them are estimates."""

    reasoning_share: float | None
    """Of the output of the calls that tell."""

    loops: int
    """Calls whose reasoning went in circles."""

    cost: float | None
    """US dollars; `None` unless every call tells."""

    tokens_solved: float | None
    """Mean output tokens of a sample that is solved; `None` where there is none, or nothing tells."""

    tokens_failed: float | None
    """The same for one that is not."""


def efforts(evidence: Evidence) -> Mapping[str, Effort]:
    """Add up the timed calls of each model.

    Args:
        evidence: Of one task.

    Returns:
        The accounts by the model's label, of those that have timed calls.
    """
    samples = evidence.samples.select(*_SAMPLE, "solved")
    calls = (
        evidence.calls.filter("timed")
        .with_columns(input_tokens=pl.sum_horizontal("input_tokens", "input_tokens_cache_write"))
        .join(samples, on=_SAMPLE, how="left", maintain_order="left")
    )
    return {
        str(model): _effort(mine)
        for (model,), mine in calls.partition_by("model_label", as_dict=True, maintain_order=True).items()
    }


def speeds(evidence: Evidence) -> Mapping[str, float]:
    """Output tokens a second of the evaluated model, over the time its calls took, by the model's label.

    Waits for retries, graders and answers out of a cache do not count; a model whose logs hold no usage or no
    times is not there.
    """
    told = (
        evidence.calls.join(evidence.runs.select("log", evaluated="model"), on="log", maintain_order="left")
        .filter(
            pl.col("model") == pl.col("evaluated"),
            pl.col("role").is_null(),
            pl.col("error").is_null(),
            pl.col("cache").ne_missing("read"),
            pl.col("output_tokens").is_not_null(),
            pl.col("working_seconds") > 0,
        )
        .group_by("model_label", maintain_order=True)
        .agg(speed=pl.sum("output_tokens") / pl.sum("working_seconds"))
    )
    return dict(told.iter_rows())


def _effort(calls: pl.DataFrame) -> Effort:
    answered = calls.filter(pl.col("exception").is_null())
    timed = answered.filter(pl.col("unavailable").is_null())
    reasoned = timed.filter(pl.col("first_reasoning").is_not_null(), pl.col("first_answer").is_not_null())
    told = calls.filter(pl.col("reasoning_tokens").is_not_null(), pl.col("output_tokens") > 0)
    untimed = Counter(answered["unavailable"].drop_nulls().to_list())
    output_told = int(told["output_tokens"].sum())
    slow = timed.select(pl.col("ttft") >= pl.col("seconds") / 2).to_series().fill_null(value=False)
    tokens = dict(
        calls.group_by(*_SAMPLE, "solved", maintain_order=True)
        .agg(pl.sum("output_tokens"))
        .group_by("solved", maintain_order=True)
        .agg(pl.mean("output_tokens"))
        .iter_rows()
    )
    return Effort(
        calls=len(calls),
        failed=len(calls) - len(answered),
        ttft_p50=_quantile(timed["ttft"], 50),
        ttft_p95=_quantile(timed["ttft"], 95),
        answer_p50=_quantile(reasoned["first_answer"], 50),
        itl_p50=_median(timed["itl_p50"]),
        itl_p95=_median(timed["itl_p95"]),
        decode_rate=_quantile(timed["decode_rate"], 50),
        seconds_p50=_quantile(answered["seconds"], 50),
        seconds_p95=_quantile(answered["seconds"], 95),
        slow_to_start=float(slow.sum()) / len(slow) if len(slow) else None,
        queued=float(calls["queued"].sum()),
        retried=int((calls["attempts"] > 1).sum()),
        retries=float(calls["retries"].sum()),
        busy=int((timed["client_busy"] >= BUSY).sum()),
        untimed=tuple(sorted(untimed.items(), key=lambda item: (-item[1], item[0]))),
        input_tokens=int(calls["input_tokens"].sum()),
        cached_tokens=int(calls["input_tokens_cache_read"].sum()),
        output_tokens=int(calls["output_tokens"].sum()),
        reasoning_tokens=int(told["reasoning_tokens"].sum()) if len(told) else None,
        reasoning_estimated=bool((told["reasoning_source"] == "estimated").any()),
        reasoning_share=int(told["reasoning_tokens"].sum()) / output_told if output_told else None,
        loops=int((calls["reasoning_repeated"] >= LOOP).sum()),
        cost=None if calls["cost"].has_nulls() else float(calls["cost"].sum()),
        tokens_solved=tokens.get(True),
        tokens_failed=tokens.get(False),
    )


def _quantile(values: pl.Series, percent: int) -> Quantile | None:
    known: list[float] = values.drop_nulls().to_list()
    # Of fewer than 20 values the 95th percentile is no more than the highest.
    least = 1 if percent == 50 else 20
    return estimate_quantile(known, percent) if len(known) >= least else None


def _median(values: pl.Series) -> float | None:
    known: list[float] = values.drop_nulls().to_list()
    return percentile(known, 50) if known else None
