"""Broken or unknown instances are told by file and key before a run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.suites.coding.swe import load_instances
from llmbench_inspect.suites.coding.swe.specification import load_specification

GOOD = {
    "version": 1,
    "title": "x",
    "difficulty": "easy",
    "fail_to_pass": ["tests.test_a.ATests.test_b"],
    "pass_to_pass": ["tests.test_a.ATests.test_c"],
}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"difficulty": "extreme"}, "difficulty: "),
        ({"fail_to_pass": []}, "fail_to_pass: "),
        ({"fail_to_pass": ["test_b"]}, "fail_to_pass.0: "),
        ({"pass_to_pass": GOOD["fail_to_pass"]}, "listed twice: tests.test_a.ATests.test_b"),
        ({"weight": 1}, "weight: "),
    ],
)
def test_a_broken_specification_is_told(tmp_path: Path, change: dict[str, object], told: str) -> None:
    file = tmp_path / "specification.json"
    file.write_text(json.dumps({**GOOD, **change}), encoding="utf-8")
    with pytest.raises(PrerequisiteError) as caught:
        load_specification(file)
    assert str(caught.value).startswith(f"{file}:\n")
    assert told in str(caught.value)


def test_a_missing_specification_is_told(tmp_path: Path) -> None:
    with pytest.raises(PrerequisiteError, match="No such file"):
        load_specification(tmp_path / "specification.json")


def test_a_good_one_is_read(tmp_path: Path) -> None:
    file = tmp_path / "specification.json"
    file.write_text(json.dumps(GOOD), encoding="utf-8")
    assert load_specification(file).tests == ("tests.test_a.ATests.test_b", "tests.test_a.ATests.test_c")


def test_an_unknown_name_is_told() -> None:
    with pytest.raises(PrerequisiteError, match="Did you mean 'inilayer'") as caught:
        load_instances(["inilyer"])
    assert "-T instances=" in str(caught.value)
