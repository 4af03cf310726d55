"""A package of one's own is run by its path, to the log, and scored again from it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from inspect_ai import score
from inspect_ai.log import EvalLog

from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.suites.coding.swe import SWE_FIXTURES, load_instances, swe_scorers

Play = Callable[..., EvalLog]
FIX = {"file_path": "my_package/writing.py", "old_text": "{cents % 100}", "new_text": "{cents % 100:02}"}


@pytest.fixture
def package(tmp_path: Path) -> Path:
    folder = tmp_path / "shell" / "my-package"
    SWE_FIXTURES.copy_example(folder)
    return folder


def _resolved(log: EvalLog) -> object:
    assert log.samples is not None
    [sample] = log.samples
    assert sample.id == "my-package-small-cents"
    assert sample.scores is not None
    return sample.scores["resolved"].value


def test_it_is_run_to_its_log(play: Play, package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Inspect works in the task's folder, and the path is seen from the shell's.
    monkeypatch.setenv("PWD", str(package.parent))
    log = play([("edit_file", FIX), ("submit", {"answer": "done"})], instance="./my-package")
    assert _resolved(log) == 1
    assert log.eval.metadata is not None
    assert log.eval.metadata["instances"] == {"my-package-small-cents": 1}
    monkeypatch.setenv("PWD", "/")
    assert _resolved(score(log, swe_scorers(), action="overwrite", display="none")) == 1


def test_work_that_does_nothing_resolves_nothing(play: Play, package: Path) -> None:
    log = play([("submit", {"answer": "done"})], instance=f"{package}/issues/small-cents")
    assert _resolved(log) == 0


def _replaced(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        ("issues/small-cents/issue.md", "issue.md: No such file"),
        ("issues/small-cents/gold.patch", "gold.patch: No such file"),
        ("issues/small-cents/specification.json", "specification.json: No such file"),
        ("issues/small-cents/tests/test_small_cents.py", "tests: No such folder, or an empty one"),
    ],
)
def test_a_file_that_is_missing_is_told_before_a_run(package: Path, broken: str, told: str) -> None:
    (package / broken).unlink()
    with pytest.raises(PrerequisiteError, match=told):
        load_instances([str(package)])


def test_what_cannot_be_judged_is_told_before_a_run(package: Path) -> None:
    tests = package / "issues/small-cents/tests/test_small_cents.py"
    _replaced(tests, "import unittest", "import unittest as")
    with pytest.raises(PrerequisiteError, match=r"tests/test_small_cents\.py is not Python: .*, line 1"):
        load_instances([str(package)])
    (package / "repository" / "logo.png").write_bytes(b"\x89PNG\xff")
    with pytest.raises(PrerequisiteError, match=r"logo\.png: not UTF-8"):
        load_instances([str(package)])
    (package / "repository" / "logo.png").write_text("x" * (1 << 20), encoding="utf-8")
    with pytest.raises(PrerequisiteError, match="more than 500 files or 1 MiB"):
        load_instances([str(package)])


def test_a_folder_without_issues_is_told(tmp_path: Path) -> None:
    with pytest.raises(PrerequisiteError, match="llmbench fixtures new swe"):
        load_instances([str(tmp_path)])
