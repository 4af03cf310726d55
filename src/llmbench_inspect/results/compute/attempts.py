"""Attempts at problems, a row each: solved or not, ended by a limit or not, in how many steps and tokens."""

from __future__ import annotations

from typing import Final, Literal

import polars as pl

from llmbench_inspect.results.solved import FIRST, SOLVED

Amount = Literal["steps", "tokens"]
"""What an attempt spends: answers of the model, or its input and output tokens together."""

_SAMPLE: Final = ("log", "sample_id", "epoch")
# "length" is what logs of 2024 have.
_CUT: Final = ("max_tokens", "model_length", "length")

Frame = pl.DataFrame | pl.LazyFrame


def attempts(samples: Frame, scores: Frame, calls: Frame) -> pl.DataFrame:
    """Every epoch of every sample whose score says whether it was solved.

    A sample is solved where its scores name the failure class `None`; where they name none, where its
    first plain score is 1, and not where it is 0. Any other sample is left out.

    Args:
        samples: The table of samples, of any task.
        scores: The table of their scores.
        calls: The table of their calls.

    Returns:
        A row each, in the order of the samples. `log`, `sample_id` and `epoch` say which; `solved`;
        `censored`, where a limit ended it unsolved: one of Inspect's, one of the task's own, or the end of
        what its last answer could hold; `steps` and `tokens` until its end; `output_tokens` and of
        these `reasoning_tokens`, null where the log does not tell.
    """
    plain = scores.lazy().group_by(_SAMPLE).agg(first=FIRST)
    last = (
        calls.lazy()
        .filter(pl.col("role").is_null())
        .group_by(_SAMPLE)
        .agg(
            cut=pl.col("stop_reason").drop_nulls().last().is_in(_CUT),
            estimated=pl.when(pl.col("reasoning_tokens").is_not_null().any()).then(
                pl.col("reasoning_tokens").sum()
            ),
        )
    )
    at_limit = pl.col("cut_off").str.ends_with(" limit").fill_null(value=False) | pl.col("cut").fill_null(
        value=False
    )
    return (
        samples.lazy()
        .filter(pl.col("left_out").is_null())
        .join(plain, on=_SAMPLE, how="left", maintain_order="left")
        .join(last, on=_SAMPLE, how="left", maintain_order="left")
        .with_columns(solved=SOLVED)
        .filter(pl.col("solved").is_not_null())
        .select(
            *_SAMPLE,
            "solved",
            censored=~pl.col("solved") & at_limit,
            steps="turns",
            tokens="total_tokens",
            output_tokens="output_tokens",
            reasoning_tokens=pl.coalesce("reasoning_tokens", "estimated"),
        )
        .collect()
    )
