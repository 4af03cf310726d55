"""Makes the tasks of `tool_bench` from their templates: `python -m llmbench_inspect.suites.tooluse.generate`.

The same templates give the same bytes. Without an argument the committed file is written; with one,
the file that it names.
"""

from __future__ import annotations

import hashlib
import random
import sys
from collections.abc import Set as AbstractSet
from itertools import count
from pathlib import Path
from typing import Final

from llmbench_inspect.suites.tooluse.bench_tasks import CATEGORIES, ToolTask
from llmbench_inspect.suites.tooluse.goals import IMPOSSIBLE, Goal
from llmbench_inspect.suites.tooluse.templates import Draft, Template, templates

SEED: Final = 1
COMMITTED: Final = Path(__file__).parents[2] / "datasets" / "tool_bench" / "tasks.jsonl"


def generate() -> list[ToolTask]:
    """All tasks, the categories taking turns, so that any first part holds each about as often."""
    by_category: dict[str, list[ToolTask]] = {category: [] for category in CATEGORIES}
    prompts: set[str] = set()
    for number in range(max(template.count for template in templates())):
        for template in templates():
            if number < template.count:
                task = _new_task(template, number, prompts)
                prompts.add(task.prompt)
                by_category[template.category].append(task)
    return [task for turn in zip(*by_category.values(), strict=True) for task in turn]


def _new_task(template: Template, number: int, prompts: AbstractSet[str]) -> ToolTask:
    """The first task of as many as chance needs whose prompt is not one of those there are."""
    for attempt in count():
        chance = random.Random(f"{SEED} {template.name} {number} {attempt}")  # noqa: S311
        task = _task(template, number, chance)
        if task.prompt not in prompts:
            return task
    raise AssertionError("an endless count has ended")


def _task(template: Template, number: int, chance: random.Random) -> ToolTask:
    draft: Draft = template.make(chance)
    return ToolTask(
        id=f"{template.category}-{template.name.replace('_', '-')}-{number + 1}",
        category=template.category,
        difficulty=template.difficulty,
        template=template.name,
        prompt=draft.prompt,
        needs_tools=template.needs_tools,
        world=draft.world,
        goal=draft.goal,
        calls=list(draft.calls),
        milestones=[list(group) for group in draft.milestones],
        fault=draft.fault,
        final=_final(draft.goal),
    )


def _final(goal: Goal) -> str:
    if goal.answer is None:
        return "ANSWER: done"
    return f"ANSWER: {goal.answer.value or IMPOSSIBLE}"


def written() -> str:
    """The tasks as JSON Lines."""
    return "".join(f"{task.model_dump_json(exclude_defaults=True)}\n" for task in generate())


def main() -> None:
    """Write the tasks, and tell their digest."""
    path, text = Path(sys.argv[1]) if len(sys.argv) > 1 else COMMITTED, written().encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text)
    sys.stdout.write(f"{path}: {len(text.splitlines())} tasks, SHA-256 {hashlib.sha256(text).hexdigest()}\n")


if __name__ == "__main__":
    main()
