"""The mini set end to end: from an agent's calls of tools to the scores in the log."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from inspect_ai import score
from inspect_ai.log import EvalLog, EvalSample, headline_metric
from inspect_ai.tool import ToolCallError
from inspect_ai.util import ExecResult, SandboxEnvironment, SandboxEnvironmentConfigType, sandboxenv

from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.suites.coding.swe import load_instances, swe_scorers
from llmbench_inspect.suites.coding.swe.gold import gold_changes
from llmbench_inspect.tasks.swe_bench import swe_bench

Play = Callable[..., EvalLog]
NAME = "slotkit-month-end-drift"
FILE = "slotkit/recurrence.py"
SUBMIT: tuple[str, dict[str, Any]] = ("submit", {"answer": "done"})
FIX = {
    "file_path": FILE,
    "old_text": "day=min(moment.day, last)",
    "new_text": "day=min(self.start.day, last)",
}


@sandboxenv(name="swe_broken")
class BrokenSandbox(SandboxEnvironment):
    """A sandbox in which no command can be run."""

    @classmethod
    async def sample_init(
        cls, task_name: str, config: SandboxEnvironmentConfigType | None, metadata: dict[str, str]
    ) -> dict[str, SandboxEnvironment]:
        return {"default": cls()}

    @classmethod
    async def sample_cleanup(cls, task_name: str, config: Any, environments: Any, interrupted: bool) -> None:
        pass

    async def exec(self, cmd: list[str], *args: Any, **kwargs: Any) -> ExecResult[str]:
        return ExecResult(False, 127, "", f"{cmd[0]}: not found")

    async def write_file(self, file: str, contents: str | bytes) -> None:
        pass

    async def read_file(self, file: str, text: bool = True) -> Any:
        raise FileNotFoundError(file)


def _sample(log: EvalLog) -> EvalSample:
    assert log.samples is not None
    return log.samples[0]


def _values(log: EvalLog) -> dict[str, object]:
    scores = _sample(log).scores
    assert scores is not None
    return {name: given.value for name, given in scores.items()}


def _told(log: EvalLog) -> list[str | ToolCallError]:
    return [message.error or message.text for message in _sample(log).messages if message.role == "tool"]


@pytest.mark.parametrize("sandbox", ["bwrap", "local"])
def test_the_gold_change_gets_full_marks(play: Play, sandbox: str) -> None:
    [instance] = load_instances(["gridtext-sort-numbers"])
    changes = gold_changes(instance)
    steps = [("write_file", {"file_path": path, "content": text}) for path, text in changes.items()]
    log = play([*steps, SUBMIT], instance=instance.name, sandbox=sandbox)
    assert _values(log) == {
        "resolved": 1,
        "fail_to_pass": 1,
        "pass_to_pass": 1,
        "edit_similarity": 1,
        "files_touched": 3,
    }
    headline = headline_metric(log)
    assert headline is not None
    assert headline.name == "mean"
    scores = _sample(log).scores
    assert scores is not None
    assert scores["resolved"].explanation == "resolved"
    assert scores["resolved"].answer == ", ".join(sorted(changes))
    assert scores["fail_to_pass"].explanation == "9 of 9 pass"
    metadata = scores["resolved"].metadata
    assert metadata is not None
    assert "+++ b/gridtext/ordering.py" in metadata["diff"]


def test_an_agent_reads_edits_and_tests(play: Play) -> None:
    steps = [
        ("list_files", {"path": "."}),
        ("grep", {"pattern": "monthrange"}),
        ("read_file", {"file_path": FILE}),
        ("edit_file", {**FIX, "old_text": "return moment"}),
        ("edit_file", {**FIX, "file_path": "slotkit/none.py"}),
        ("edit_file", FIX),
        ("run_tests", {"name": "tests.test_recurrence"}),
        ("run_tests", {}),
        ("run_tests", {"name": "tests.no_such"}),
        ("write_file", {"file_path": "/etc/hosts", "content": ""}),
        ("write_file", {"file_path": "x\0.py", "content": ""}),
        ("edit_file", {**FIX, "file_path": "x\0.py"}),
        ("run_tests", {"name": "x\0"}),
        SUBMIT,
    ]
    log = play(steps, instance=NAME)
    told = _told(log)
    assert "./slotkit/recurrence.py" in str(told[0])
    assert "recurrence.py" in str(told[1])
    assert "min(moment.day, last)" in str(told[2])
    errors = [answer.message for answer in told if isinstance(answer, ToolCallError)]
    assert errors[:2] == [
        f"old_text is in {FILE} 3 times, and must be there once. Nothing was changed.",
        "There is no file slotkit/none.py.",
    ]
    assert errors[2].startswith("/etc/hosts cannot be written")
    assert errors[3].startswith("x\0.py cannot be written")
    assert errors[4].startswith("x\0.py cannot be read")
    assert str(told[6]).endswith("OK\n\nExit status 0.")
    assert "Ran 22 tests" in str(told[7])
    assert str(told[8]).endswith("Exit status 1.")
    assert _values(log)["resolved"] == 1
    assert _values(log)["files_touched"] == 1


def test_the_model_sees_the_issue_and_not_the_hidden_tests(play: Play) -> None:
    log = play([("list_files", {"path": "tests"}), SUBMIT], instance=NAME)
    [instance] = load_instances([NAME])
    text = "\n".join(message.text for message in _sample(log).messages)
    assert instance.issue in text
    assert "tests/test_recurrence.py" in text
    assert "test_month_end_drift" not in text
    assert "gold" not in str(_sample(log).metadata)


def test_editing_tests_wins_nothing(play: Play) -> None:
    passing = "import unittest\n"
    steps = [
        ("write_file", {"file_path": "tests/test_recurrence.py", "content": passing}),
        ("write_file", {"file_path": "tests/test_month_end_drift.py", "content": passing}),
        SUBMIT,
    ]
    log = play(steps, instance=NAME)
    assert _values(log) == {
        "resolved": 0,
        "fail_to_pass": 0,
        "pass_to_pass": 1,
        "edit_similarity": 0,
        "files_touched": 0,
    }
    scores = _sample(log).scores
    assert scores is not None
    metadata = scores["resolved"].metadata
    assert metadata is not None
    assert metadata["failure_class"] == "no_change"
    assert metadata["tests_touched"] == ["tests/test_month_end_drift.py", "tests/test_recurrence.py"]
    assert log.results is not None
    metrics = {name: told.value for name, told in log.results.scores[0].metrics.items()}
    # Wilson's interval of 0 of 1.
    assert (metrics["lower"], metrics["upper"]) == (0, pytest.approx(0.793, abs=0.001))


def test_what_was_done_when_the_messages_ran_out_counts(play: Play) -> None:
    steps = [("edit_file", FIX), *[("list_files", {"path": "."})] * 9]
    log = play(steps, instance=NAME, limit=6)
    limit = _sample(log).limit
    assert limit is not None
    assert limit.type == "message"
    assert _values(log)["resolved"] == 1


def test_too_much_to_read_is_the_models_failure(play: Play) -> None:
    flood = (
        "import pathlib, unittest\n\n"
        "for number in range(600):\n"
        "    pathlib.Path(f'x{number}.txt').write_text('x')\n"
    )
    steps = [
        ("edit_file", FIX),
        ("write_file", {"file_path": "tests/test_flood.py", "content": flood}),
        ("run_tests", {"name": "tests.test_flood"}),
        SUBMIT,
    ]
    log = play(steps, instance=NAME)
    scores = _sample(log).scores
    assert scores is not None
    assert scores["resolved"].value == 0
    assert "more than 500 files" in str(scores["resolved"].explanation)


def test_a_sandbox_that_cannot_be_read_leaves_the_sample_unscored(play: Play) -> None:
    log = play([SUBMIT], instance=NAME, sandbox="swe_broken")
    scores = _sample(log).scores
    assert scores is not None
    assert {score.reason for score in scores.values()} == {"judging_failed"}
    assert scores["resolved"].explanation == "the working folder could not be read: python3: not found"


def test_a_log_is_scored_again_without_a_sandbox(play: Play) -> None:
    log = play([("edit_file", FIX), SUBMIT], instance=NAME)
    # Read here: samples that Inspect loads amid its event loop make it patch asyncio for all later tests.
    before = _values(log)
    again = score(log, swe_scorers(), action="overwrite", display="none")
    assert _values(again) == before
    assert _values(again)["resolved"] == 1


def test_what_is_named_wrongly_is_told_before_the_run() -> None:
    with pytest.raises(PrerequisiteError, match="Did you mean 'stowage'"):
        swe_bench(instances="stowge")
    with pytest.raises(PrerequisiteError, match="split='all' is none of mini, verified, lite"):
        swe_bench(split="all")  # pyright: ignore[reportArgumentType]


def test_packages_and_instances_are_chosen() -> None:
    task = swe_bench(instances=f"stowage,{NAME},stowage-call-keys")
    assert [sample.id for sample in task.dataset] == [
        "stowage-call-keys",
        "stowage-concurrent-loads",
        "stowage-expired-entries",
        NAME,
    ]
    told = task.metadata or {}
    assert told["instances"] == {str(sample.id): 1 for sample in task.dataset}
    assert {f"fixture {sample.id}" for sample in task.dataset} < set(told["identity"])
