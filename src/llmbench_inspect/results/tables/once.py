"""Which of several logs of one run counts, sample by sample."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Final

import polars as pl

_KEY: Final = ("evaluation", "sample_id", "epoch")
_SHARD: Final = re.compile(r"(?P<merged>.+)\.shards/[^/]+/[^/]+")


def is_shard(log: str) -> bool:
    """Whether a log has a part of its run's samples, by Inspect's convention: `<name>.shards/<k>/`."""
    return _SHARD.fullmatch(log) is not None


def in_order(runs: pl.DataFrame) -> pl.DataFrame:
    """All runs, the newest last, with the columns that say which belong together.

    Args:
        runs: The rows of all logs.

    Returns:
        The same, with `evaluation` and `latest`.
    """
    logs: list[str] = runs["log"].to_list()
    own = {
        log: next((one for one in ids if one), log)
        for log, *ids in runs.select("log", "task_id", "eval_id", "run_id").iter_rows()
    }
    stems = [(PurePosixPath(log).stem, log) for log in logs]
    return (
        runs.with_columns(
            evaluation=pl.Series([_evaluation(log, own) for log in logs], dtype=pl.String),
            _stem=pl.Series([stem for stem, _ in stems], dtype=pl.String),
        )
        .sort("created", "_stem", "log")
        .drop("_stem")
        .with_columns(
            latest=pl.int_range(pl.len()).eq(pl.len() - 1).over("evaluation", "task_id"),
        )
    )


def superseded(runs: pl.DataFrame, samples: pl.LazyFrame) -> pl.DataFrame:
    """The epochs of samples that another log has too, and newer.

    Args:
        runs: As `in_order` gives them.
        samples: Of all logs.

    Returns:
        Their `log`, `sample_id` and `epoch`.
    """
    ranked = runs.select("log", "evaluation").with_row_index("_rank")
    shared = ranked.filter(pl.len().over("evaluation") > 1)
    keys = samples.select("log", "sample_id", "epoch", "completed_at")
    if shared.is_empty():
        return keys.drop("completed_at").head(0).collect()
    return (
        keys.join(shared.lazy(), on="log")
        .sort("completed_at", "_rank", nulls_last=False)
        .filter(pl.int_range(pl.len()).lt(pl.len() - 1).over(_KEY))
        .select("log", "sample_id", "epoch")
        .collect()
    )


def not_run(runs: pl.DataFrame, samples: pl.LazyFrame) -> pl.DataFrame:
    """What the newest log of each run was to do and no log of that run holds.

    Args:
        runs: As `in_order` gives them.
        samples: Each once.

    Returns:
        Its `log`, `sample_id` and `epoch`.
    """
    planned = (
        runs.lazy()
        .filter("latest")
        .select("log", "evaluation", "epochs", sample_id="sample_ids")
        .explode("sample_id")
        .drop_nulls("sample_id")
        .with_columns(epoch=pl.int_ranges(1, pl.col("epochs") + 1))
        .explode("epoch")
        .unique(_KEY, keep="first", maintain_order=True)
    )
    held = samples.select("log", "sample_id", "epoch").join(runs.lazy().select("log", "evaluation"), on="log")
    return (
        planned.join(held, on=_KEY, how="anti", maintain_order="left")
        .select("log", "sample_id", "epoch")
        .collect()
    )


def _evaluation(log: str, own: dict[str, str]) -> str:
    """What a log shares with all others of its run; `own` is what each says of itself."""
    shard = _SHARD.fullmatch(log)
    if shard is None:
        return own[log]
    # Inspect's convention: shards of NAME.eval are NAME.shards/<k>/<any>.eval.
    merged = shard["merged"]
    whole = (f"{merged}.eval", f"{merged}-recovered.eval")
    return next((own[log] for log in whole if log in own), f"{merged}.shards")
