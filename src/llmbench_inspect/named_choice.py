"""A name that a user chose among known ones: the error when it is none, and what was perhaps meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from llmbench_inspect.prerequisite import PrerequisiteError


def one_of(argument: str, value: str, known: Iterable[str]) -> None:
    """Check an argument of a task that has one of several values.

    Raises:
        PrerequisiteError: The value is none of them; names the nearest, all of them, and how it is given.
    """
    if value not in (names := list(known)):
        raise PrerequisiteError(
            f"{argument}='{value}' is not known.{did_you_mean(value, names)} Known: {', '.join(names)}. "
            f"Give it with: -T {argument}=NAME"
        )


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A question that names the nearest known name, after a space; empty where none is near."""
    near = difflib.get_close_matches(name, list(known), n=1, cutoff=0.4)
    return f" Did you mean '{near[0]}'?" if near else ""
