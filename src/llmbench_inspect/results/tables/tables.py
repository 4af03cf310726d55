"""The tables of many logs, in which each epoch of a sample counts once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import polars as pl

from llmbench_inspect.prerequisite import PrerequisiteError

from .kept import keep
from .once import in_order, not_run, superseded
from .schema import TableName, polars_schema


class LeftOut(NamedTuple):
    """A file that was named as a log and cannot be read as one."""

    log: str
    """Its path or URL."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """All that was read; docs/tables.md lists the columns. Lazy tables are read from disk when collected."""

    runs: pl.DataFrame
    """Every log, copies and retries too, by the time they were created."""

    metrics: pl.LazyFrame
    """What the logs say themselves, every one of them."""

    samples: pl.LazyFrame
    """Each epoch of a sample once, as in the tables below."""

    scores: pl.LazyFrame
    calls: pl.LazyFrame
    gpu: pl.LazyFrame
    not_run: pl.DataFrame
    """`log`, `sample_id` and `epoch` of what a run was to do and no log holds."""

    left_out: tuple[LeftOut, ...]
    kept: Mapping[str, Path]
    """By log, the folder in the cache with its tables."""

    superseded: pl.DataFrame
    """`log`, `sample_id` and `epoch` of what another log has newer."""

    def of_logs(self, table: TableName, logs: Sequence[str]) -> pl.LazyFrame:
        """A table's rows of some logs, in the order of these; no file of another log is opened.

        Args:
            table: Which.
            logs: As `runs` names them.

        Returns:
            The rows, each epoch of a sample once where the table has samples.
        """
        frame = _scan([self.kept[log] for log in logs], table)
        if table in {"runs", "metrics"} or self.superseded.is_empty():
            return frame
        gone = self.superseded.lazy()
        return frame.join(gone, on=self.superseded.columns, how="anti", maintain_order="left")


def read_tables(logs: Iterable[str]) -> Tables:
    """Read logs into tables.

    What was read of a log is kept in the cache, and the log is read again only when it has changed.

    The same epoch of the same sample of the same run counts once, however often it is there: in a
    retry, in a copy, as `.eval` and as `.json`, in a shard and in the log that the shards were merged
    into. Of several attempts the one that ended last is taken, out of the log that was created last.

    Args:
        logs: Names of log files, as `find_logs` gives them.

    Returns:
        The tables; a file that cannot be read is named in them and stops nothing.

    Raises:
        PrerequisiteError: The cache folder cannot be written to.
    """
    kept: dict[str, Path] = {}
    left_out: list[LeftOut] = []
    for log in logs:
        try:
            kept[log] = keep(log)
        except PrerequisiteError:
            raise
        # A damaged or foreign file can fail in any way; it is named, and the others are read.
        except Exception as error:  # noqa: BLE001
            left_out.append(LeftOut(log, f"{type(error).__name__}: {error}"))
    folders = list(kept.values())
    all_runs = in_order(_scan(folders, "runs").collect())
    all_samples = _scan(folders, "samples")
    gone = superseded(all_runs, all_samples)

    def once(table: TableName) -> pl.LazyFrame:
        frame = _scan(folders, table)
        if gone.is_empty():
            return frame
        return frame.join(gone.lazy(), on=gone.columns, how="anti", maintain_order="left")

    samples = once("samples")
    counted = samples.group_by("log").agg(samples_counted=pl.len().cast(pl.Int64)).collect()
    runs = all_runs.join(counted, on="log", how="left", maintain_order="left").with_columns(
        pl.col("samples_counted").fill_null(0)
    )
    return Tables(
        runs=runs,
        metrics=_scan(folders, "metrics"),
        samples=samples,
        scores=once("scores"),
        calls=once("calls"),
        gpu=once("gpu"),
        not_run=not_run(runs, samples),
        left_out=tuple(left_out),
        kept=kept,
        superseded=gone,
    )


def _scan(folders: Sequence[Path], table: TableName) -> pl.LazyFrame:
    if not folders:
        return pl.LazyFrame(schema=polars_schema(table))
    return pl.scan_parquet([folder / f"{table}.parquet" for folder in folders], glob=False)
