"""What a template is: a function of a seeded chance that drafts one task, registered as data."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Final

from llmbench_inspect.suites.tooluse.bench_tasks import Category, Difficulty
from llmbench_inspect.suites.tooluse.goals import Goal
from llmbench_inspect.suites.tooluse.matching import ExpectedCall
from llmbench_inspect.suites.tooluse.worlds import World


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A task as a template makes it."""

    prompt: str
    goal: Goal
    world: World = field(default_factory=World)
    calls: Sequence[ExpectedCall] = ()
    milestones: Sequence[Sequence[int]] = ()
    fault: int | None = None


Make = Callable[[Random], Draft]


@dataclass(frozen=True, kw_only=True)
class Template:
    """A way to make tasks."""

    name: str
    category: Category
    difficulty: Difficulty
    count: int
    """How many tasks are made from it."""
    needs_tools: bool
    make: Make


_TEMPLATES: Final[dict[str, Template]] = {}


def template(
    category: Category, difficulty: Difficulty, *, count: int = 9, needs_tools: bool = True
) -> Callable[[Make], Make]:
    """Register a function as a template; its name is the template's.

    Raises:
        ValueError: There is a template of that name.
    """

    def register(make: Make) -> Make:
        name = make.__name__
        if name in _TEMPLATES:
            raise ValueError(f"there are two templates {name}")
        _TEMPLATES[name] = Template(
            name=name,
            category=category,
            difficulty=difficulty,
            count=count,
            needs_tools=needs_tools,
            make=make,
        )
        return make

    return register


def templates() -> Sequence[Template]:
    """All templates, in the order of their files."""
    return tuple(_TEMPLATES.values())
