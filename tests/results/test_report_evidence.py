"""Logs to the evidence of a report: what counts, what is left out, and that nothing counts twice."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from inspect_ai.log import read_eval_log, write_eval_log

from llmbench_inspect.results.report import Evidence, gather
from llmbench_inspect.results.report.scores import Scores
from llmbench_inspect.results.settings import model_settings, task_settings
from llmbench_inspect.results.tables import NO_FAILURE, NoLogsError, find_logs, read_tables
from llmbench_inspect.statistics import Bounds


def read(*places: Path) -> Evidence:
    return gather(read_tables(find_logs([str(place) for place in places])))


def only(evidence: Evidence, *, model: str, sample: str) -> dict[str, Any]:
    sample_id, epoch = sample.split()
    return evidence.samples.row(
        by_predicate=(pl.col("model_label") == model)
        & (pl.col("sample_id") == sample_id)
        & (pl.col("epoch") == int(epoch)),
        named=True,
    )


def test_a_sample_says_whether_it_counts_and_is_solved(logs: Path) -> None:
    row = only(read(logs), model="rote/alpha", sample="b 3")
    assert (row["counted"], row["missing"], row["solved"]) == (True, None, False)
    assert (row["cut_off"], row["failure_class"]) == ("max_tokens", "types_fail")


def test_a_run_is_labelled_with_its_task_and_model(logs: Path) -> None:
    runs = read(logs).runs
    assert runs.select("task_label", "model_label").rows() == [
        ("rote_task", "rote/alpha"),
        ("rote_task", "rote/beta"),
    ]
    run = next(runs.iter_rows(named=True))
    assert dict(task_settings(run)) == {"epochs": "3", "mode": '"plain"'}
    assert dict(model_settings(run)) == {}


def test_declared_ranges_are_known(logs: Path) -> None:
    [task] = read(logs).tasks.values()
    assert {column.name.scorer: column.bounds for column in task.once(Scores).columns} == {
        "quality": Bounds(0, 10),
        "solved": None,
        "effort": None,
    }


def test_an_errored_sample_is_left_out_and_says_why(logs: Path) -> None:
    row = only(read(logs), model="rote/alpha", sample="b 2")
    assert (row["counted"], row["solved"]) == (False, None)
    assert row["missing"] == "error: RuntimeError('no server for |b 2| <b>now</b>')"


def test_an_unscored_sample_says_why(logs: Path) -> None:
    row = only(read(logs), model="rote/alpha", sample="a 3")
    assert (row["counted"], row["missing"], row["failure_class"]) == (False, "checker crashed", None)


def test_a_scorer_that_found_no_failure_says_so(logs: Path) -> None:
    row = only(read(logs), model="rote/alpha", sample="c 1")
    assert (row["failure_class"], row["solved"]) == (NO_FAILURE, True)


def test_what_an_unfinished_run_did_not_reach_is_not_run(made: Path) -> None:
    evidence = read(made / "unfinished")
    assert len(evidence.samples) + len(evidence.not_run) == 9
    assert ("c", 3, "rote/alpha") in evidence.not_run.select("sample_id", "epoch", "model_label").rows()
    assert evidence.runs["status"].to_list() == ["error"]


def test_a_retried_run_counts_once_and_its_later_log_wins(made: Path) -> None:
    evidence = read(made / "retried")
    assert evidence.runs["status"].to_list() == ["error", "success"]
    assert (len(evidence.samples), len(evidence.not_run)) == (9, 0)
    row = only(evidence, model="rote/alpha", sample="c 1")
    assert (row["left_out"], row["log"]) == (None, evidence.runs["log"][1])


def test_copies_and_json_count_once(logs: Path, tmp_path: Path) -> None:
    for log in logs.iterdir():
        shutil.copy(log, tmp_path / f"copy-{log.name}")
        write_eval_log(read_eval_log(str(log)), str(tmp_path / log.with_suffix(".json").name))
    columns = ["model_label", "sample_id", "epoch", "counted", "failure_class"]
    assert read(tmp_path).samples.select(columns).equals(read(logs).samples.select(columns))
    assert len(read(logs, tmp_path, logs).samples) == 18


def test_a_run_of_its_own_counts_beside_another(made: Path) -> None:
    evidence = read(made / "models", made / "modes")
    assert int((evidence.samples["model_label"] == "rote/alpha").sum()) == 18
    assert list(evidence.tasks) == ["rote_task, mode=other", "rote_task, mode=plain"]


@pytest.mark.parametrize("name", ["noise.eval", "2026-01-01T00-00-00_task_id.json"])
@pytest.mark.parametrize("content", [b"", b"hello", b'{"version": 2}', b"[]", b"PK\x05\x06" + b"\0" * 18])
def test_a_file_that_is_no_log_is_named_and_the_rest_read(
    logs: Path, tmp_path: Path, name: str, content: bytes
) -> None:
    (tmp_path / name).write_bytes(content)
    evidence = read(tmp_path / name, logs)
    assert [Path(log).name for log, _ in evidence.tables.left_out] == [name]
    assert len(evidence.samples) == 18


@pytest.mark.parametrize("suffix", [".eval", ".json"])
def test_a_truncated_log_is_named(logs: Path, tmp_path: Path, suffix: str) -> None:
    whole = next(logs.iterdir())
    broken = tmp_path / f"broken{suffix}"
    write_eval_log(read_eval_log(str(whole)), str(broken))
    broken.write_bytes(broken.read_bytes()[: broken.stat().st_size // 2])
    evidence = read(broken)
    assert (len(evidence.runs), [Path(log).name for log, _ in evidence.tables.left_out]) == (0, [broken.name])


def test_a_place_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoLogsError, match=r"gone: no such file or folder"):
        find_logs([str(tmp_path / "gone")])


def test_a_folder_without_logs_says_how_to_make_some(tmp_path: Path) -> None:
    with pytest.raises(NoLogsError, match=r"no logs here. Run `inspect eval"):
        find_logs([str(tmp_path)])
