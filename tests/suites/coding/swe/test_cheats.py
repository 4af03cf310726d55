"""What a model's source files do to the process that tests them does not make a test pass."""

from __future__ import annotations

from typing import Final

import anyio
import pytest

from llmbench_inspect.suites.coding.swe import JudgingError, Verdict, judge, load_instances, run_in_pool

[INSTANCE] = load_instances(["slotkit-month-end-drift"])
INIT: Final = "slotkit/__init__.py"


def _judge(code: str, path: str = INIT) -> Verdict:
    changes = {path: code + "\n" + INSTANCE.repository[path]}
    return anyio.run(lambda: judge(INSTANCE, changes, run=run_in_pool))


@pytest.mark.parametrize(
    ("code", "failure"),
    [
        ("import os\nos._exit(0)", "early_exit"),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", "early_exit"),
        ("import sys\nsys.exit(0)", "not_fixed"),
        ("raise SystemExit", "not_fixed"),
        ("import unittest\nraise unittest.SkipTest", "not_fixed"),
        ("import os\nos.write(3, b'passed')\nos._exit(0)", "early_exit"),
        ("import os\nos.write(1, b'passed')\nprint('OK')\nos._exit(0)", "early_exit"),
        ("import unittest\nunittest.TestCase.assertEqual = lambda *_: None", "tampered"),
        ("import unittest\nunittest.TestCase.run = lambda self, result: None", "tampered"),
        ("import unittest\nunittest.TestResult.wasSuccessful = lambda self: True", "tampered"),
        ("import unittest.case\nunittest.case._Outcome.testPartExecutor = None", "tampered"),
        ("import builtins\nbuiltins.isinstance = lambda *_: True", "tampered"),
        ("import os\nos.kill(os.getppid(), 9)", "early_exit"),
        ("import time\ntime.sleep(1000)", "timeout"),
    ],
)
def test_it_does_not_pass(code: str, failure: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("llmbench_inspect.suites.coding.swe.judging._SECONDS", 5.0)
    monkeypatch.setattr("llmbench_inspect.suites.coding.swe.judging._SECONDS_EACH", 1.0)
    verdict = _judge(code)
    assert not verdict.resolved
    assert verdict.failure_class == failure
    assert set(verdict.fail_to_pass.values()).isdisjoint({"passed"})


def test_a_test_cannot_change_the_files_of_another() -> None:
    spoil = (
        "import pathlib\n"
        "for file in pathlib.Path('..').glob('*/slotkit/*.py'):\n"
        "    if file.parent.resolve() != pathlib.Path('slotkit').resolve():\n"
        "        file.write_text('')"
    )
    verdict = _judge(spoil)
    assert verdict.failure_class == "not_fixed"
    assert verdict.pass_to_pass == dict.fromkeys(verdict.pass_to_pass, "passed")


def test_a_regression_is_told_from_a_missing_fix() -> None:
    path = "slotkit/recurrence.py"
    fixed = INSTANCE.repository[path].replace("min(moment.day, last)", "min(self.start.day, last)")
    broken = fixed.replace("timedelta(days=self.every)", "timedelta(days=1)")
    verdict = anyio.run(lambda: judge(INSTANCE, {path: broken}, run=run_in_pool))
    assert verdict.fail_to_pass == dict.fromkeys(verdict.fail_to_pass, "passed")
    assert list(verdict.failures) == ["tests.test_recurrence.RecurrenceTests.test_daily"]
    assert verdict.failure_class == "breaks_others"


def test_where_tests_never_run_nothing_is_judged() -> None:
    async def broken(case: str, limit: float) -> str:
        return "Killed"

    with pytest.raises(JudgingError, match="with or without the model's change"):
        anyio.run(lambda: judge(INSTANCE, {}, run=broken))
