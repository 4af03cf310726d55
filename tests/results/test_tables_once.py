"""Each epoch of a sample counts once: copies, retries, and shards beside the log they were merged into."""

from __future__ import annotations

import shutil
from pathlib import Path

import polars as pl
import pytest
from inspect_ai.log import EvalLog, read_eval_log, write_eval_log

from llmbench_inspect.results.tables import Tables, find_logs, read_tables


def read(*places: Path) -> Tables:
    tables = read_tables(find_logs([str(place) for place in places]))
    assert tables.left_out == ()
    return tables


def counts(tables: Tables) -> dict[str, int]:
    """Rows of each table, and the epochs of samples that they are about."""
    return {
        name: getattr(tables, name).select(pl.len()).collect().item()
        for name in ("samples", "scores", "calls", "gpu")
    }


def written(log: EvalLog, path: Path, *, task_id: str, ids: set[str]) -> EvalLog:
    part = log.model_copy(deep=True)
    part.eval.task_id = task_id
    part.eval.eval_id = f"eval of {task_id}"
    part.eval.dataset.sample_ids = sorted(ids)
    part.samples = [sample for sample in log.samples or [] if sample.id in ids]
    path.parent.mkdir(parents=True, exist_ok=True)
    write_eval_log(part, str(path))
    return part


@pytest.fixture
def whole(logs: Path) -> EvalLog:
    [log] = [log for path in logs.iterdir() if (log := read_eval_log(str(path))).eval.model == "rote/alpha"]
    return log


def test_copies_and_conversions_count_once(logs: Path, tmp_path: Path) -> None:
    for log in logs.iterdir():
        shutil.copy(log, tmp_path / f"copy-{log.name}")
        write_eval_log(read_eval_log(str(log)), str(tmp_path / log.with_suffix(".json").name))
    tables = read(logs, tmp_path)
    assert counts(tables) == counts(read(logs))
    assert tables.runs["evaluation"].n_unique() == 2
    assert tables.runs["latest"].sum() == 2
    assert tables.runs["samples_counted"].sum() == 18


def test_a_retry_takes_the_place_of_what_it_retries(made: Path) -> None:
    tables = read(made / "retried")
    assert tables.runs.select("status", "samples_counted", "latest").rows() == [
        ("error", 0, False),
        ("success", 9, True),
    ]
    assert counts(tables)["samples"] == 9
    assert tables.not_run.is_empty()


def test_shards_add_up_before_they_are_merged(whole: EvalLog, tmp_path: Path) -> None:
    written(whole, tmp_path / "run.shards/0/x.eval", task_id="first", ids={"a"})
    written(whole, tmp_path / "run.shards/1/x.eval", task_id="second", ids={"b", "c"})
    tables = read(tmp_path)
    assert counts(tables)["samples"] == 9
    assert tables.runs["evaluation"].n_unique() == 1
    assert tables.runs["latest"].to_list() == [True, True]


@pytest.mark.parametrize("name", ["run.eval", "run-recovered.eval"])
def test_shards_and_the_merged_log_count_once(whole: EvalLog, tmp_path: Path, name: str) -> None:
    written(whole, tmp_path / name, task_id="merged", ids={"a", "b"})
    written(whole, tmp_path / "run.shards/0/x.eval", task_id="first", ids={"a"})
    newer = whole.model_copy(deep=True)
    for sample in newer.samples or []:
        sample.completed_at = "2100-01-01T00:00:00+00:00"
    written(newer, tmp_path / "run.shards/1/x.eval", task_id="second", ids={"b", "c"})
    tables = read(tmp_path)
    assert counts(tables)["samples"] == 9
    assert tables.not_run.is_empty()
    # What a shard did again after the merge is newer there.
    samples = tables.samples.select("sample_id", "completed_at").collect()
    assert samples.filter(pl.col("completed_at").dt.year() == 2100)["sample_id"].n_unique() == 2


def test_runs_of_their_own_are_not_taken_for_copies(made: Path) -> None:
    tables = read(made / "models", made / "modes")
    assert counts(tables)["samples"] == 27
    assert tables.runs["latest"].all()


def test_a_sample_done_twice_in_one_log_counts_once(whole: EvalLog, tmp_path: Path) -> None:
    assert whole.samples
    again = whole.samples[0].model_copy(deep=True)
    again.uuid = "again"
    whole.samples.append(again)
    write_eval_log(whole, str(tmp_path / "2026-01-01T00-00-00_a_b.json"))
    tables = read(tmp_path)
    assert counts(tables)["samples"] == 9
    assert tables.samples.filter(uuid="again").collect().height == 1
