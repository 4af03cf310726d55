"""A suite as the checks see it: what its task says that it needs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from inspect_ai import list_tasks

_TASKS: Final = Path(__file__).parents[1] / "tasks"


@dataclass(frozen=True, kw_only=True)
class Suite:
    """One task of this package. What it needs stands in its decorator: `@task(needs=["jail"])`."""

    name: str
    """Without `llmbench_inspect/`."""
    needs: tuple[str, ...] = ()
    """Codes of checks, for the task's own defaults."""
    data: tuple[str, ...] = ()
    """Names of the datasets that it reads by default."""
    context: int | None = None
    """Tokens of its longest first prompt and one answer by default; `None` where they suit the model."""


def suites() -> dict[str, Suite]:
    """All suites by name, without importing any."""
    return {
        task.name: Suite(
            name=task.name,
            needs=tuple(task.attribs.get("needs", ())),
            data=tuple(task.attribs.get("data", ())),
            context=task.attribs.get("context"),
        )
        for task in list_tasks("*.py", root_dir=_TASKS.resolve())
    }
