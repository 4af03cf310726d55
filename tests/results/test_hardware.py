"""A run that was continued on other hardware: what the report, compare and the gate say of its times."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from inspect_ai import eval_retry
from inspect_ai.log import EvalLog, read_eval_log, write_eval_log

from llmbench_inspect.cli import main
from llmbench_inspect.results.tables import find_logs, read_tables
from llmbench_inspect.telemetry import hardware
from tests.identity.conftest import Run, answers, broken_off, prompts

__all__ = ["answers", "broken_off", "prompts"]

# A machine of its own cannot be had: what one says of itself can.
OURS = hardware.Machine("Alpha 3000", 4, [], None)
OTHER = hardware.Machine("Beta 9", 64, ["NVIDIA H200", "NVIDIA H200"], "550.54")
ON_OURS = "Alpha 3000, 4 cores"
ON_OTHER = "Beta 9, 64 cores; 2 x NVIDIA H200, driver 550.54"


def on(machine: hardware.Machine, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(hardware, "this_machine", lambda: machine)


@pytest.fixture
def mixed(broken_off: Run, monkeypatch: pytest.MonkeyPatch) -> Iterator[EvalLog]:
    """The log of a run of which two samples ran here and the third elsewhere."""
    on(OURS, monkeypatch)
    log = broken_off()
    on(OTHER, monkeypatch)
    [again] = eval_retry(log.location, log_dir=str(Path(log.location).parent), display="none")
    assert again.status == "success", again.error
    return again


def run(*arguments: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(main, [*map(str, arguments)], env={"COLUMNS": "300"})
    return result.exit_code, " ".join(result.output.split())


def test_each_sample_keeps_what_it_ran_on(mixed: EvalLog) -> None:
    log = read_eval_log(mixed.location)
    assert {sample.id: sample.store["Hardware:processor"] for sample in log.samples or []} == {
        "one": "Alpha 3000",
        "two": "Alpha 3000",
        "three": "Beta 9",
    }
    tables = read_tables(find_logs([str(Path(mixed.location).parent)]))
    told = tables.samples.select("sample_id", "hardware").collect()
    assert dict(told.iter_rows()) == {"one": ON_OURS, "two": ON_OURS, "three": ON_OTHER}


def test_the_report_marks_its_times(mixed: EvalLog, tmp_path: Path) -> None:
    status, told = run("report", mixed.location, "-o", tmp_path / "report")
    assert status == 0, told
    assert f"mixed hardware. Samples ran on {ON_OURS} (2) and on {ON_OTHER} (1)" in told
    assert "halting/model (mixed hardware)" in told
    for page in ("AGGREGATE_SUMMARY.md", "BENCHMARKS.md", "BENCHMARKS_DETAILED.md"):
        assert "model (mixed hardware)" in (tmp_path / "report" / page).read_text("utf-8")
    detailed = (tmp_path / "report" / "BENCHMARKS_DETAILED.md").read_text("utf-8")
    assert f"{ON_OURS} + {ON_OTHER}" in detailed
    [task] = json.loads((tmp_path / "report" / "results.json").read_text("utf-8"))["tasks"]
    assert task["models"][0]["hardware"] == {ON_OURS: 2, ON_OTHER: 1}


def test_two_runs_on_two_machines_are_told_apart(
    broken_off: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on(OURS, monkeypatch)
    first = broken_off("halting/first")
    on(OTHER, monkeypatch)
    second = broken_off("halting/second")
    status, told = run("report", first.location, second.location, "-o", tmp_path / "report")
    assert status == 0, told
    assert "(mixed hardware)" not in told
    assert f"halting/first: times are those of {ON_OURS}" in told
    assert f"halting/second: times are those of {ON_OTHER}" in told


POLICY = """
[[rule]]
metric = "{0}"
threshold = 1000000
direction = "lower"
minimum_n = 1
largest_left_out = 1.0
"""


def test_the_gate_judges_no_times_of_it(mixed: EvalLog, tmp_path: Path) -> None:
    file = tmp_path / "gate.toml"
    file.write_text(POLICY.format("working_seconds"), encoding="utf-8")
    status, told = run("gate", mixed.location, "--policy", file)
    assert status == 2, told
    assert "INCONCLUSIVE" in told
    assert f"mixed hardware, {ON_OURS} + {ON_OTHER}" in told
    # What does not depend on the hardware is judged as ever.
    file.write_text(POLICY.format("output_tokens"), encoding="utf-8")
    assert run("gate", mixed.location, "--policy", file)[0] == 0


def test_a_score_that_is_a_time_is_no_verdict_either(mixed: EvalLog, tmp_path: Path) -> None:
    log = read_eval_log(mixed.location)
    scorer = next(scorer for scorer in log.eval.scorers or [] if scorer.name == "success")
    scorer.metadata = {"timed": True}
    write_eval_log(log, location := str(tmp_path / "timed.eval"))
    file = tmp_path / "gate.toml"
    file.write_text(POLICY.format("score:success"), encoding="utf-8")
    assert run("gate", mixed.location, "--policy", file)[0] == 0
    status, told = run("gate", location, "--policy", file)
    assert status == 2
    assert "mixed hardware" in told


def test_compare_says_so(mixed: EvalLog, broken_off: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    on(OURS, monkeypatch)
    whole = broken_off("halting/other")
    status, told = run("compare", whole.location, mixed.location)
    assert status == 0, told
    assert f"mixed hardware, {ON_OURS} against {ON_OURS} + {ON_OTHER}" in told
