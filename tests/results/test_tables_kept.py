"""What is kept of a log: read once until it changes, and made anew when the cache is lost or damaged."""

from __future__ import annotations

import shutil
from pathlib import Path

import fsspec
import polars as pl
from inspect_ai.log import read_eval_log, write_eval_log
from polars.testing import assert_frame_equal

from llmbench_inspect.results.tables import Tables, find_logs, read_tables


def read(place: Path | str) -> Tables:
    return read_tables(find_logs([str(place)]))


def files(cache: Path) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in cache.rglob("*.parquet")}


def test_a_log_is_read_once_until_it_changes(logs: Path, tmp_path: Path, cache: Path) -> None:
    log = shutil.copy(next(logs.iterdir()), tmp_path / "a.eval")
    before = files(cache)
    assert len(read(log).samples.collect()) == 9
    made = files(cache)
    assert len(made) == len(before) + 6
    read(log)
    assert files(cache) == made
    changed = read_eval_log(str(log))
    changed.samples = (changed.samples or [])[:4]
    write_eval_log(changed, str(log))
    assert len(read(log).samples.collect()) == 4
    assert len(files(cache)) == len(made) + 6


def test_a_damaged_or_lost_cache_is_made_anew(logs: Path, tmp_path: Path, cache: Path) -> None:
    log = shutil.copy(next(logs.iterdir()), tmp_path / "b.eval")
    others = set(files(cache))
    calls = read(log).calls.collect()
    mine = sorted(set(files(cache)) - others)
    content = mine[0].read_bytes()
    mine[0].write_bytes(content[:-9])
    mine[1].write_bytes(bytes(len(mine[1].read_bytes())))
    mine[2].unlink()
    assert_frame_equal(read(log).calls.collect(), calls)
    assert mine[0].read_bytes() == content
    shutil.rmtree(mine[0].parent)
    assert_frame_equal(read(log).calls.collect(), calls)


def test_tables_are_the_same_behind_any_url(logs: Path, tmp_path: Path) -> None:
    log = next(logs.iterdir())
    memory = fsspec.filesystem("memory")
    memory.pipe("/runs/a.eval", log.read_bytes())
    write_eval_log(read_eval_log(str(log)), str(tmp_path / "2026-01-01T00-00-00_b_c.json"))
    memory.pipe("/more/2026-01-01T00-00-00_b_c.json", next(tmp_path.glob("*.json")).read_bytes())
    local = read(log)
    for url in ("memory://runs/a.eval", "memory://runs", "memory://more", f"file://{log}", log.as_uri()):
        far = read(url)
        assert far.left_out == ()
        for table in ("samples", "scores", "calls", "gpu"):
            assert_frame_equal(
                getattr(far, table).drop("log").collect(),
                getattr(local, table).drop("log").collect(),
                check_row_order=False,
            )
    assert len(read_tables(["memory://runs/a.eval", str(log)]).samples.collect()) == 9


def test_a_remote_log_that_changes_is_read_again(logs: Path) -> None:
    first, second = (path.read_bytes() for path in sorted(logs.iterdir()))
    memory = fsspec.filesystem("memory")
    memory.pipe("/changing/a.eval", first)
    before = read("memory://changing/a.eval").runs["model"].to_list()
    memory.pipe("/changing/a.eval", second)
    assert {*before, *read("memory://changing/a.eval").runs["model"]} == {"rote/alpha", "rote/beta"}


def test_tables_are_read_from_disk_when_they_are_asked_for(logs: Path) -> None:
    tables = read(logs)
    assert isinstance(tables.calls, pl.LazyFrame)
    assert tables.calls.select(pl.len()).collect().item() == 17
