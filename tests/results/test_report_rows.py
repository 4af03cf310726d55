"""Logs to the rows of a report: what counts, what is left out, and that nothing counts twice."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from inspect_ai.log import read_eval_log, write_eval_log

from llmbench_inspect.results.report import Rows, rows
from llmbench_inspect.results.report.rows import Sample
from llmbench_inspect.results.tables import NO_FAILURE, NoLogsError, find_logs, read_tables
from llmbench_inspect.statistics import Bounds


def read(*places: Path) -> Rows:
    return rows(read_tables(find_logs([str(place) for place in places])))


def only(tables: Rows, *, model: str, sample: str) -> Sample:
    [found] = [
        row for row in tables.samples if row.run.model == model and f"{row.sample_id} {row.epoch}" == sample
    ]
    return found


def test_a_sample_becomes_a_row(logs: Path) -> None:
    row = only(read(logs), model="rote/alpha", sample="b 3")
    values = {(score.scorer, score.key): score.value for score in row.scores}
    assert values == {
        ("quality", None): 1.0,
        ("solved", None): 0.0,
        ("kind", None): None,
        ("effort", "calls"): 3.0,
        ("effort", "until_success"): None,
    }
    assert (row.left_out, row.cut_off, row.failure_class) == (None, "max_tokens", "types_fail")
    assert (row.output_tokens, row.model_seconds) == (10, 0.25)
    assert (row.baselines, row.baseline_label) == ({"quality": 1.5}, "unchanged")


def test_a_run_becomes_a_row(logs: Path) -> None:
    [run] = [run for run in read(logs).runs if run.model == "rote/alpha"]
    assert (run.task, run.task_version, run.status, run.planned, run.finished) == (
        "rote_task",
        "2",
        "success",
        9,
        9,
    )
    assert dict(run.task_settings) == {"epochs": "3", "mode": '"plain"'}
    assert run.score_bounds == {"quality": Bounds(0, 10)}


def test_an_errored_sample_is_left_out_and_says_why(logs: Path) -> None:
    row = only(read(logs), model="rote/alpha", sample="b 2")
    assert row.left_out == "error: RuntimeError('no server for |b 2| <b>now</b>')"
    assert row.scores == ()


def test_an_unscored_value_is_none_and_says_why(logs: Path) -> None:
    row = only(read(logs), model="rote/alpha", sample="a 3")
    [score] = [score for score in row.scores if score.scorer == "quality"]
    assert (score.value, score.reason) == (None, "checker crashed")
    assert row.failure_class is None


def test_a_scorer_that_found_no_failure_says_so(logs: Path) -> None:
    assert only(read(logs), model="rote/alpha", sample="c 1").failure_class == NO_FAILURE


def test_speed_that_the_log_does_not_tell_is_none(logs: Path) -> None:
    row = only(read(logs), model="rote/beta", sample="a 1")
    assert (row.output_tokens, row.model_seconds) == (None, None)


def test_what_an_unfinished_run_did_not_reach_is_not_run(made: Path) -> None:
    tables = read(made / "unfinished")
    assert len(tables.samples) == 9
    assert only(tables, model="rote/alpha", sample="c 3").left_out == "not run"
    assert tables.runs[0].status == "error"


def test_a_retried_run_counts_once_and_its_later_log_wins(made: Path) -> None:
    tables = read(made / "retried")
    assert [run.status for run in tables.runs] == ["error", "success"]
    assert len(tables.samples) == 9
    row = only(tables, model="rote/alpha", sample="c 1")
    assert (row.left_out, row.run) == (None, tables.runs[1])


def test_copies_and_json_count_once(logs: Path, tmp_path: Path) -> None:
    for log in logs.iterdir():
        shutil.copy(log, tmp_path / f"copy-{log.name}")
        write_eval_log(read_eval_log(str(log)), str(tmp_path / log.with_suffix(".json").name))
    assert {(s.sample_id, s.epoch, s.scores) for s in read(tmp_path).samples} == {
        (s.sample_id, s.epoch, s.scores) for s in read(logs).samples
    }
    assert len(read(logs, tmp_path, logs).samples) == 18


def test_a_run_of_its_own_counts_beside_another(made: Path) -> None:
    tables = read(made / "models", made / "modes")
    assert len([row for row in tables.samples if row.run.model == "rote/alpha"]) == 18


@pytest.mark.parametrize("name", ["noise.eval", "2026-01-01T00-00-00_task_id.json"])
@pytest.mark.parametrize("content", [b"", b"hello", b'{"version": 2}', b"[]", b"PK\x05\x06" + b"\0" * 18])
def test_a_file_that_is_no_log_is_named_and_the_rest_read(
    logs: Path, tmp_path: Path, name: str, content: bytes
) -> None:
    (tmp_path / name).write_bytes(content)
    tables = read(tmp_path / name, logs)
    assert [Path(log).name for log, _ in tables.left_out] == [name]
    assert len(tables.samples) == 18


@pytest.mark.parametrize("suffix", [".eval", ".json"])
def test_a_truncated_log_is_named(logs: Path, tmp_path: Path, suffix: str) -> None:
    whole = next(logs.iterdir())
    broken = tmp_path / f"broken{suffix}"
    write_eval_log(read_eval_log(str(whole)), str(broken))
    broken.write_bytes(broken.read_bytes()[: broken.stat().st_size // 2])
    tables = read(broken)
    assert (tables.runs, [Path(log).name for log, _ in tables.left_out]) == ((), [broken.name])


def test_a_place_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoLogsError, match=r"gone: no such file or folder"):
        find_logs([str(tmp_path / "gone")])


def test_a_folder_without_logs_says_how_to_make_some(tmp_path: Path) -> None:
    with pytest.raises(NoLogsError, match=r"no logs here. Run `inspect eval"):
        find_logs([str(tmp_path)])
