"""The 500 tasks of `tool_bench`, as they are committed."""

from __future__ import annotations

from functools import cache
from typing import Final, Literal, get_args

from pydantic import BaseModel, Field

from llmbench_inspect.data import read_committed
from llmbench_inspect.suites.tooluse.goals import Goal
from llmbench_inspect.suites.tooluse.matching import ExpectedCall
from llmbench_inspect.suites.tooluse.worlds import World

Category = Literal["files", "system", "api", "workflow", "recovery"]
Difficulty = Literal["easy", "medium", "hard"]

CATEGORIES: Final[tuple[Category, ...]] = get_args(Category)
DIFFICULTIES: Final[tuple[Difficulty, ...]] = get_args(Difficulty)

DIGEST: Final = "b7db4cf1ac51f5434207f0a6579ed3c6fbeecbf257e7b73a66944d6b992d45a1"
"""SHA-256 of the committed file."""


class ToolTask(BaseModel, frozen=True, extra="forbid"):
    """One task."""

    id: str
    category: Category
    difficulty: Difficulty
    template: str
    """Name of the template it was made from."""
    prompt: str
    needs_tools: bool
    """Whether any tool is needed: there are tasks for which none is."""
    world: World
    goal: Goal
    calls: list[ExpectedCall] = Field(default_factory=list[ExpectedCall])
    """Calls that complete it, in order; the first way of each is played by the oracle."""
    milestones: list[list[int]] = Field(default_factory=list[list[int]])
    """Places of those calls that have to come about in this order, those of a group in any; only workflows
    have them."""
    fault: int | None = None
    """Place of the call that meets the fault; only fault tasks have one."""
    final: str = "ANSWER: done"
    """The oracle's last message."""


@cache
def load_tasks() -> tuple[ToolTask, ...]:
    """All tasks.

    Raises:
        PrerequisiteError: The file is not the one that this version was released with.
    """
    content = read_committed(
        "tool_bench/tasks.jsonl", digest=DIGEST, made_by="llmbench_inspect.suites.tooluse.generate"
    )
    return tuple(ToolTask.model_validate_json(line) for line in content.splitlines())
