"""Calibration: the oracle completes what it plays, the baselines complete what their file says."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from inspect_ai import eval as inspect_eval
from inspect_ai.log import EvalLog

from llmbench_inspect.suites.tooluse import load_tasks
from llmbench_inspect.tasks.tool_bench import tool_bench

ROOT = Path(__file__).parents[3]
BASELINES = json.loads((ROOT / "datasets" / "tool_bench" / "baselines.json").read_text("utf-8"))
# Minutes on two cores; a task of every group is in the test that always runs.
WHOLE = pytest.mark.skipif(
    not os.environ.get("LLMBENCH_WHOLE"), reason="all 500 tasks take minutes: export LLMBENCH_WHOLE=1"
)
_GROUPS = {(task.category, task.difficulty, task.needs_tools): task.id for task in reversed(load_tasks())}
ONE_OF_EACH_GROUP = sorted(_GROUPS.values())


def play(player: str, folder: Path, ids: list[str] | None = None) -> EvalLog:
    [log] = inspect_eval(
        tool_bench(solver=player),  # type: ignore[arg-type]
        model="none",
        log_dir=str(folder),
        sample_id=ids,
        display="none",
        max_samples=8,
    )
    assert log.status == "success", log.error
    return log


def values(log: EvalLog, scorer: str = "completed") -> dict[str, object]:
    return {str(sample.id): (sample.scores or {})[scorer].value for sample in log.samples or []}


def explained(log: EvalLog) -> dict[str, str | None]:
    scores = {str(sample.id): (sample.scores or {})["completed"] for sample in log.samples or []}
    return {name: score.explanation for name, score in scores.items() if score.value != 1}


def metric(log: EvalLog, score: str, name: str) -> float:
    assert log.results is not None
    [found] = [
        each.metrics[name].value for each in log.results.scores if each.name == score and name in each.metrics
    ]
    return found


def check_oracle(log: EvalLog, count: int) -> None:
    assert explained(log) == {}
    assert len(values(log)) == count
    for name, told in values(log, "tool_calls").items():
        assert isinstance(told, dict)
        given = {
            key: value for key, value in told.items() if isinstance(value, int | float) and value == value
        }
        assert given.get("call_accuracy", 1) == given.get("parameters", 1) == 1, name
        assert given.get("workflow_success", 1) == given.get("recovery", 1) == 1, name
        assert given.get("restraint", 1) == 1, name
        assert given["spurious_calls"] == 0, name


@pytest.mark.slow
def test_the_oracle_completes_all_five_hundred(tmp_path: Path) -> None:
    log = play("oracle", tmp_path)
    check_oracle(log, 500)
    assert metric(log, "completed", "tier") == 1
    measured = [told for told in values(log, "tool_calls").values() if isinstance(told, dict)]
    assert sum(told["recovery"] == 1 for told in measured) == 90
    assert sum(told["workflow_success"] == 1 for told in measured) == 90


@pytest.mark.parametrize("player", ["does_nothing", "calls_every_tool"])
def test_a_baseline_completes_what_its_file_says(player: str, tmp_path: Path) -> None:
    log = play(player, tmp_path, ONE_OF_EACH_GROUP)
    done = {name for name, value in values(log).items() if value == 1}
    assert done == set(BASELINES[player]) & set(ONE_OF_EACH_GROUP)
    assert metric(log, "completed", "tier") == 3


@pytest.mark.slow
@WHOLE
@pytest.mark.parametrize("player", ["does_nothing", "calls_every_tool"])
def test_a_baseline_completes_what_its_file_says_of_all(player: str, tmp_path: Path) -> None:
    log = play(player, tmp_path)
    assert sorted(name for name, value in values(log).items() if value == 1) == BASELINES[player]
