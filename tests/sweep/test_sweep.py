"""`llmbench sweep` as a program: what runs when, what is there afterwards, and what a second run does."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from inspect_ai.log import EvalLog, list_eval_logs, read_eval_log

from llmbench_inspect.cli import main
from tests.sweep.conftest import Start
from tests.sweep.loopback import Served

TWO_MODELS = """
tags = ["tried"]

[[models]]
names = ["openai-api/local/alpha", "openai-api/local/beta"]
base_urls = ["SERVER"]
generate_config = { max_connections = 1 }
prices = { input = 1000, output = 5000 }

[[suites]]
names = ["llmbench_inspect/prompts"]
"""

REST = """
[[models]]
names = ["openai-api/local/gamma"]
base_urls = ["SERVER"]

[[models]]
names = ["openai/none"]

[[models]]
names = ["openai-api/local/delta"]
base_urls = ["http://127.0.0.1:1/v1"]
"""


def logs(folder: Path) -> dict[str, EvalLog]:
    """The newest log of each model."""
    found: dict[str, EvalLog] = {}
    for info in list_eval_logs(str(folder), descending=False):
        log = read_eval_log(info)
        found[log.eval.model] = log
    return found


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    _, told = process.communicate(timeout=900)
    return process.returncode, told


@pytest.mark.slow
def test_it_runs_what_can_run_and_then_only_what_is_missing(
    tmp_path: Path, served: Served, start: Start, plan: Callable[[str], Path]
) -> None:
    file = plan(TWO_MODELS + REST)
    status, told = ended(start("sweep", file, "--smoke"))
    assert status == 0, told
    assert "5 cells: 2 complete, 3 skipped_unavailable. Logs are in ./logs/plan" in told
    assert "has no model 'gamma'" in told
    assert "OPENAI_API_KEY" in told
    # One after another, though four cells may run at a time.
    assert served.models_in_turn() == ["alpha", "beta"]
    found = logs(tmp_path / "logs")
    assert {model: log.status for model, log in found.items()} == {
        "openai-api/local/alpha": "success",
        "openai-api/local/beta": "success",
        "openai-api/local/gamma": "error",
        "openai-api/local/delta": "error",
        "openai/none": "error",
    }
    assert found["openai/none"].eval.tags == ["tried", "skipped_unavailable"]
    assert found["openai-api/local/alpha"].eval.tags == ["tried"]
    report = CliRunner().invoke(main, ["report", str(tmp_path / "logs"), "-o", str(tmp_path / "report")])
    assert "3 runs were skipped, because the model is not there:" in report.output
    assert [len(found[f"openai-api/local/{name}"].samples or []) for name in ("alpha", "beta")] == [5, 5]

    # The whole of it, and a model that is there by now.
    smoked, served.models = len(served.asked), ("alpha", "beta", "gamma")
    status, told = ended(start("sweep", file))
    assert status == 0, told
    assert "5 cells: 3 complete, 2 skipped_unavailable" in told
    asked = [model for model, _ in served.asked[smoked:]]
    assert sorted(asked) == ["alpha"] * 6 + ["beta"] * 6 + ["gamma"] * 11
    found = logs(tmp_path / "logs")
    assert found["openai-api/local/gamma"].status == "success"
    ids = [sample.id for sample in found["openai-api/local/alpha"].samples or []]
    assert len(ids) == len(set(ids)) == 11

    # 100 tokens were read and 10 written for each sample of alpha.
    shown = CliRunner().invoke(
        main,
        ["sweep", str(file), "--dry-run", "--log-dir", str(tmp_path / "logs" / "plan")],
        env={"COLUMNS": "120"},
    )
    [line] = [line for line in shown.stdout.splitlines() if line.startswith("prompts openai-api/local/alpha")]
    assert line.split()[-6:] == ["11", "1,100", "110", "1.65", "this", "model"]
    assert f"3 cells take turns on {served.url.removeprefix('http://').removesuffix('/v1')}" in shown.stdout


@pytest.mark.slow
def test_ctrl_c_leaves_logs_that_resume(
    tmp_path: Path, served: Served, start: Start, plan: Callable[[str], Path]
) -> None:
    file = plan(TWO_MODELS)
    served.seconds = 1.0
    process = start("sweep", file)
    while len(served.asked) < 3:
        assert process.poll() is None, process.communicate()
        time.sleep(0.1)
    os.kill(process.pid, signal.SIGINT)
    status, told = ended(process)
    assert status == 130, told
    assert "2 cells: 1 stopped, 1 not begun" in told
    assert "does what is missing" in told
    before = logs(tmp_path / "logs")
    assert [(log.status, len(log.samples or []) >= 2) for log in before.values()] == [("cancelled", True)]

    # The second model's calls fail this time, and end nothing but its own cell.
    served.seconds, served.refused = 0.0, "beta"
    # The log also holds the sample that Ctrl-C cut off; that one is asked again.
    done = sum(bool(sample.scores) for sample in before["openai-api/local/alpha"].samples or [])
    asked = len(served.asked)
    status, told = ended(start("sweep", file))
    assert status == 1, told
    assert "2 cells: 1 complete, 1 failed" in told
    assert [model for model, _ in served.asked[asked:]] == ["alpha"] * (11 - done)
    after = logs(tmp_path / "logs")["openai-api/local/alpha"]
    assert (after.status, len({sample.id for sample in after.samples or []})) == ("success", 11)
