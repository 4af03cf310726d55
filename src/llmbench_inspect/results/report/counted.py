"""Which samples count, why others do not, and which are solved."""

from __future__ import annotations

from typing import Final

import polars as pl

from llmbench_inspect.results.solved import FIRST, SOLVED

_SAMPLE: Final = ("log", "sample_id", "epoch")


def with_counted(samples: pl.DataFrame, scores: pl.DataFrame) -> pl.DataFrame:
    """Say of every sample whether it counts.

    A sample counts when it has at least one score. It does not when it errored, was invalidated, has no
    score, or all its scores are unscored: the instrument failed, not the model.

    Args:
        samples: Each epoch of a sample.
        scores: Their scores.

    Returns:
        The samples, with `counted`, with `missing` (why one does not count), and with `solved`: whether
        its scorer found no failure, or gave full marks of 0 and 1; null where neither tells.
    """
    plain = pl.col("key").is_null()
    told = scores.group_by(_SAMPLE, maintain_order=True).agg(
        has_plain=plain.any(),
        plain_value=pl.col("value").filter(plain).is_not_null().any(),
        any_value=pl.col("value").is_not_null().any(),
        plain_reason=pl.col("reason").filter(plain).drop_nulls().first(),
        any_reason=pl.col("reason").drop_nulls().first(),
        first=FIRST,
    )
    whole = pl.col("left_out").is_null()
    has_value = pl.when("has_plain").then("plain_value").otherwise("any_value").fill_null(value=False)
    reason = pl.when("has_plain").then("plain_reason").otherwise("any_reason")
    counted = whole & has_value
    return (
        samples.join(told, on=_SAMPLE, how="left", maintain_order="left")
        .with_columns(
            counted=counted,
            missing=pl.when(~counted).then(pl.coalesce("left_out", reason, pl.lit("no score"))),
            failure_class=pl.when(whole).then("failure_class"),
        )
        .with_columns(solved=pl.when("counted").then(SOLVED))
        .drop("has_plain", "plain_value", "any_value", "plain_reason", "any_reason", "first")
    )
