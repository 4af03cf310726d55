"""A log's tables as Parquet files, kept until the log changes; a cache that may be deleted at any time."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
import time
import zlib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import polars as pl
from upath import UPath

from llmbench_inspect.cache import cache_dir

from .call_rows import Row
from .log_file import open_log
from .run_rows import metric_rows, run_row
from .sample_rows import SampleRows, sample_rows
from .schema import COLUMNS, TableName, polars_schema

VERSION: Final = 2
"""Of what is kept: raised whenever the same log would give other values in the same columns."""

_KEPT: Final = f"{VERSION}-{zlib.crc32(repr(COLUMNS).encode()):08x}"
_SUMS: Final = "sums.json"
_STALE: Final = 3600
"""Seconds after which what was kept of an older state of a log is removed; someone may still read it."""

_TELLING: Final = ("ino", "mtime", "ETag", "etag", "LastModified", "last_modified", "modified", "created")
"""What file systems of fsspec say of a file that differs when its content does."""


def keep(location: str) -> Path:
    """The folder with a log's tables, a Parquet file each, read anew where the log or this package changed.

    Args:
        location: Path or fsspec URL of the log.

    Raises:
        Exception: Whatever a damaged or foreign file makes its reading fail with.
    """
    folder = cache_dir("tables", _KEPT, _short(location))
    kept = folder / _short(_state(location))
    if not _whole(kept):
        made = Path(tempfile.mkdtemp(dir=folder))
        try:
            _write(_read(location), made, location=location)
            shutil.rmtree(kept, ignore_errors=True)
            # Another process may have been first; its files say the same.
            with suppress(OSError):
                made.rename(kept)
        finally:
            shutil.rmtree(made, ignore_errors=True)
        _forget_older(folder, kept)
    return kept


def _forget_older(folder: Path, kept: Path) -> None:
    for old in folder.iterdir():
        # Another process may be about the same.
        with suppress(OSError):
            if old != kept and time.time() - old.stat().st_mtime > _STALE:
                shutil.rmtree(old)


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _state(location: str) -> str:
    """All that tells one state of a file from another without reading it."""
    path = UPath(location)
    files: Any = path.fs
    files.invalidate_cache(path.path)
    info: dict[str, Any] = files.info(path.path)
    told = {name: info[name] for name in _TELLING if info.get(name) is not None}
    # Of a file system that tells no time, a file is read whenever it is asked for.
    return json.dumps([info.get("size"), told or time.time()], default=str)


def _whole(kept: Path) -> bool:
    """Whether the files are as they were written."""
    try:
        sums: dict[str, int] = json.loads((kept / _SUMS).read_bytes())
        return set(sums) == {_file(table) for table in COLUMNS} and all(
            zlib.crc32((kept / name).read_bytes()) == crc for name, crc in sums.items()
        )
    except (OSError, ValueError):
        return False


def _read(location: str) -> Mapping[TableName, list[Row]]:
    with open_log(location) as log:
        model = log.header.eval.model
        rows: dict[tuple[str, int], SampleRows] = {}
        for sample in log.samples:
            # Of two of one id and epoch, the later replaces the other, as for Inspect.
            rows[str(sample.id), sample.epoch] = sample_rows(sample, model=model)
        if log.header.eval.dataset.sample_ids is None:
            log.header.eval.dataset.sample_ids = list(dict.fromkeys(sample_id for sample_id, _ in rows))
        return {
            "runs": [run_row(log.header, samples=len(rows))],
            "metrics": list(metric_rows(log.header)),
            "samples": [one.sample for one in rows.values()],
            "scores": [row for one in rows.values() for row in one.scores],
            "calls": [row for one in rows.values() for row in one.calls],
            "gpu": [one.gpu for one in rows.values() if one.gpu is not None],
        }


def _write(tables: Mapping[TableName, list[Row]], folder: Path, *, location: str) -> None:
    sums: dict[str, int] = {}
    for table, rows in tables.items():
        schema = polars_schema(table)
        frame = pl.DataFrame(rows, schema=schema).with_columns(log=pl.lit(location)).select(schema.names())
        path = folder / _file(table)
        frame.write_parquet(path, compression="zstd", compression_level=1)
        sums[path.name] = zlib.crc32(path.read_bytes())
    (folder / _SUMS).write_text(json.dumps(sums), encoding="utf-8")


def _file(table: TableName) -> str:
    return f"{table}.parquet"
