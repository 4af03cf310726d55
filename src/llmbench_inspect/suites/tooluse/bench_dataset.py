"""The tasks of `tool_bench` as samples."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Final

from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import ChatMessageSystem, ChatMessageUser

from llmbench_inspect.named_choice import some_of
from llmbench_inspect.suites.tooluse.bench_tasks import CATEGORIES, DIFFICULTIES, ToolTask, load_tasks
from llmbench_inspect.suites.tooluse.goals import IMPOSSIBLE

SYSTEM: Final = (
    "You work on a task in a folder of files on a Linux machine, with tools. Paths are relative to that "
    "folder. Use tools where the task needs them, one step after the other, and look at what each gives you. "
    "Nobody answers questions. When you are done, say so in one short line that begins with ANSWER: and "
    "holds what was asked for, or the word done. If the task cannot be done with your tools, write "
    f"ANSWER: {IMPOSSIBLE}"
)
"""What the model is told before each task."""

BASELINES: Final = ("does_nothing", "calls_every_tool")


@cache
def _by_id() -> dict[str, ToolTask]:
    return {task.id: task for task in load_tasks()}


def task_of(sample_id: int | str) -> ToolTask:
    """The task that a sample was made from."""
    return _by_id()[str(sample_id)]


@cache
def completed_by_baselines() -> dict[str, frozenset[str]]:
    """Ids of the tasks that each baseline completes; measured, committed, and held by a test."""
    text = (files("llmbench_inspect") / "datasets" / "tool_bench" / "baselines.json").read_text("utf-8")
    told: dict[str, list[str]] = json.loads(text)
    return {name: frozenset(told[name]) for name in BASELINES}


def bench_dataset(
    categories: str | Sequence[str] | None = None, difficulty: str | Sequence[str] | None = None
) -> MemoryDataset:
    """The tasks that are asked for, the categories taking turns.

    Args:
        categories: Names of categories; all where none is named.
        difficulty: Names of difficulties; all where none is named.

    Raises:
        PrerequisiteError: There is no such category or difficulty, or the committed tasks are not those
            of this version.
    """
    chosen = some_of("categories", categories, CATEGORIES), some_of("difficulty", difficulty, DIFFICULTIES)
    tasks = [task for task in load_tasks() if task.category in chosen[0] and task.difficulty in chosen[1]]
    return MemoryDataset([_sample(task) for task in tasks], name="tool_bench")


def _sample(task: ToolTask) -> Sample:
    completed = {name: float(task.id in ids) for name, ids in completed_by_baselines().items()}
    metadata: dict[str, Any] = {
        "category": task.category,
        "difficulty": task.difficulty,
        "template": task.template,
        "needs_tools": task.needs_tools,
        "fault": task.fault is not None,
        "baseline": {"completed": max(completed.values())},
        "baseline_label": "either baseline",
        "baselines": completed,
    }
    return Sample(
        id=task.id,
        input=[ChatMessageSystem(content=SYSTEM), ChatMessageUser(content=task.prompt)],
        target=task.final,
        metadata=metadata,
    )
