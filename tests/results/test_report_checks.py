"""Sanity checks of the report, on logs that are wrong in one way each."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from inspect_ai.log import EvalLog, read_eval_log, write_eval_log

from llmbench_inspect.results.report import gather
from llmbench_inspect.results.report.checks import checks
from llmbench_inspect.results.tables import find_logs, read_tables


def found(folder: Path) -> dict[str, tuple[str, ...]]:
    evidence = gather(read_tables(find_logs([str(folder)])))
    return {check.name: check.found for check in checks(evidence)}


def only(told: dict[str, tuple[str, ...]], beginning: str) -> str:
    [name] = [name for name in told if name.startswith(beginning)]
    [one] = told[name]
    return one


def changed(logs: Path, folder: Path, change: Callable[[EvalLog], None]) -> Path:
    """A folder with the log of the first model, changed."""
    path = min(logs.iterdir())
    log = read_eval_log(str(path))
    change(log)
    write_eval_log(log, str(folder / path.name))
    return folder


def test_sound_logs_pass_all_but_what_is_left_out(logs: Path) -> None:
    told = found(logs)
    assert [name for name, what in told.items() if what] == ["No more than 5 % of the samples are left out"]
    assert only(told, "No more than 5 %") == "rote_task, rote/alpha: 2 of 9 samples are left out"


def test_a_value_beyond_the_declared_range_is_found(logs: Path, tmp_path: Path) -> None:
    def change(log: EvalLog) -> None:
        [sample, *_] = log.samples or []
        assert sample.scores is not None
        sample.scores["quality"].value = 11

    told = found(changed(logs, tmp_path, change))
    assert "values from 1 to 11, declared 0 to 10" in only(told, "No score lies beyond")
    assert "quality is" in only(told, "The log's own mean")


def test_a_metric_above_one_is_found(logs: Path, tmp_path: Path) -> None:
    def change(log: EvalLog) -> None:
        assert log.results is not None
        for score in log.results.scores:
            if "accuracy" in score.metrics:
                score.metrics["accuracy"].value = 1.2

    assert "solved/accuracy is 1.2" in only(found(changed(logs, tmp_path, change)), "No score lies beyond")


@pytest.mark.parametrize(("value", "is_told"), [(3, True), (None, False)])
def test_a_rerun_that_differs_is_told(logs: Path, tmp_path: Path, value: float | None, is_told: bool) -> None:
    shutil.copy(sorted(logs.iterdir())[1], tmp_path)
    log = read_eval_log(str(sorted(logs.iterdir())[1]))
    log.eval.task_id = log.eval.eval_id = log.eval.run_id = "another"
    for sample in log.samples or []:
        sample.uuid = f"x{sample.uuid}"
        if value is not None and sample.scores is not None:
            sample.scores["quality"].value = value
    write_eval_log(log, str(tmp_path / "rerun.eval"))
    told = found(tmp_path)
    [what] = [what for name, what in told.items() if name.startswith("Runs of the same")]
    assert len(what) == is_told
    if is_told:
        assert "2 runs differ by 23.3 points over the same 3 samples" in what[0]
