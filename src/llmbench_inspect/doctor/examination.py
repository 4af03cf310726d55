"""The checks made: each gives a finding."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Literal, get_args

from inspect_ai.util import registry_create
from rich.text import Text

from llmbench_inspect.doctor.check import CHECKS, Area, Asked, Check, DoubtError, check
from llmbench_inspect.prerequisite import InspectPrerequisiteError

Outcome = Literal["ok", "doubt", "failed", "skipped"]
"""`doubt`: good enough to run, and not for good figures. `skipped`: a check that it builds on failed."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What one check found."""

    check: Check
    """The check."""
    outcome: Outcome
    """How it ended."""
    told: str
    """What was found, or what is wrong and what mends it."""
    needed: bool
    """Whether the run that was asked for needs it."""

    @property
    def stops(self) -> bool:
        """Whether that run cannot be."""
        return self.needed and self.outcome == "failed"

    def as_dict(self) -> dict[str, str | bool]:
        """For machines."""
        return {
            "check": self.check.code,
            "area": self.check.area,
            "outcome": self.outcome,
            "needed": self.needed,
            "told": self.told,
        }


def examine(asked: Asked, only: Collection[str] | None = None) -> Iterator[Finding]:
    """Make the checks that a run needs; all of them, where no run is named.

    Args:
        asked: The run.
        only: Codes of the checks to make, of those that it needs.

    Yields:
        A finding for each check that has something to look at, as soon as it is made.
    """
    failed: set[str] = set()
    for each in ordered():
        needed = each.needed(asked)
        if (asked.anything and not needed) or (only is not None and each.code not in only):
            continue
        missing = [code for code in _before(each, asked) if code in failed]
        if missing:
            failed.add(each.code)
            if not needed:
                continue
            told = f"not looked at, because of: {', '.join(missing)}"
            yield Finding(check=each, outcome="skipped", told=told, needed=needed)
        elif (finding := _made(each, asked, needed=needed)) is not None:
            if finding.outcome == "failed":
                failed.add(each.code)
            yield finding


def ordered() -> list[Check]:
    """All checks of this package, area by area."""
    # By its name, and now: a start of Inspect, which loads this room, needs none of what they look at.
    import_module("llmbench_inspect._checks")
    return [each for area in get_args(Area) for each in CHECKS.values() if each.area == area]


def _before(each: Check, asked: Asked) -> tuple[str, ...]:
    return each.after + (asked.suite.needs if each.code == "suite" and asked.suite else ())


def _made(each: Check, asked: Asked, *, needed: bool) -> Finding | None:
    outcome: Outcome = "ok"
    try:
        told = each.look(asked)
    except DoubtError as error:
        outcome, told = "doubt", str(error)
    except InspectPrerequisiteError as error:
        outcome, told = "failed", _plain(error)
    if told is None:
        return None
    return Finding(check=each, outcome=outcome, told=told, needed=needed)


def _plain(error: InspectPrerequisiteError) -> str:
    """The words without markup, which Inspect's own have."""
    return Text.from_markup(str(error.message)).plain


@check(
    code="suite",
    name="The suite itself",
    area="The suite",
    looks_at="Whether the suite's task can be made, with its own defaults.",
    mends={"what the message says": "inspect eval llmbench_inspect/NAME --limit 1"},
    concerns="every run",
)
def _suite(asked: Asked) -> str | None:
    """A task that cannot be made ends a run before its first call.

    Here it is made as a run would make it, so that whatever else it lacks is told now: data with another
    digest, an extra that is not installed, a fixture that is broken. What it installs or fetches on first
    use is installed or fetched.
    """
    if asked.suite is None:
        return None
    task = registry_create("task", f"llmbench_inspect/{asked.suite.name}")
    return f"{asked.suite.name} is ready: {len(task.dataset)} samples"
