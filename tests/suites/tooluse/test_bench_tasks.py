"""The committed tasks: made again they are the same, and as the manual describes them."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.suites.tooluse import CATEGORIES, DIGEST, bench_dataset, load_tasks

ROOT = Path(__file__).parents[3]
COMMITTED = ROOT / "datasets" / "tool_bench" / "tasks.jsonl"


def test_one_command_makes_the_committed_bytes(tmp_path: Path) -> None:
    made = tmp_path / "tasks.jsonl"
    command = [sys.executable, "-m", "llmbench_inspect.suites.tooluse.generate", str(made)]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert made.read_bytes() == COMMITTED.read_bytes()
    assert DIGEST in told


def test_there_are_a_hundred_of_each_category() -> None:
    tasks = load_tasks()
    assert Counter(task.category for task in tasks) == dict.fromkeys(CATEGORIES, 100)
    assert Counter(task.category for task in tasks if not task.needs_tools) == dict.fromkeys(CATEGORIES, 10)
    assert len({task.id for task in tasks}) == len({task.prompt for task in tasks}) == 500
    assert Counter(task.difficulty for task in tasks) == {"easy": 171, "medium": 233, "hard": 96}


def test_only_fault_tasks_have_a_fault_and_only_workflows_milestones() -> None:
    for task in load_tasks():
        assert (task.fault is not None) == (task.category == "recovery" and task.needs_tools), task.id
        assert bool(task.milestones) == (task.category == "workflow" and task.needs_tools), task.id
        assert bool(task.calls) == task.needs_tools, task.id


def test_any_first_part_holds_each_category_as_often() -> None:
    first = [task.category for task in load_tasks()[:50]]
    assert Counter(first) == dict.fromkeys(CATEGORIES, 10)


def test_the_prompt_does_not_say_whether_a_tool_is_needed() -> None:
    starts = {sample.input[0].text for sample in bench_dataset() if not isinstance(sample.input, str)}
    assert len(starts) == 1


def test_categories_and_difficulties_are_chosen_by_name() -> None:
    chosen = bench_dataset("files,api", "hard")
    assert {(sample.metadata or {})["category"] for sample in chosen} == {"files", "api"}
    assert {(sample.metadata or {})["difficulty"] for sample in chosen} == {"hard"}
    with pytest.raises(PrerequisiteError, match="categories='file' is not known"):
        bench_dataset("file")
