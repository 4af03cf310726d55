"""A name that a user chose among known ones: the error when it is none, and what was perhaps meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

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


def some_of(argument: str, names: str | Sequence[str] | None, known: Sequence[str]) -> Sequence[str]:
    """Read an argument of a task that has some of several values.

    Args:
        argument: Its name.
        names: What was given: names, with commas between them where it is text; nothing stands for all.
        known: All values.

    Raises:
        PrerequisiteError: A name is none of them; names the nearest, all of them, and how it is given.
    """
    if not names:
        return known
    given = [name.strip() for name in (names.split(",") if isinstance(names, str) else names)]
    for name in given:
        if name not in known:
            raise PrerequisiteError(
                f"{argument}='{name}' is not known.{did_you_mean(name, known)} Known: {', '.join(known)}. "
                f"Give it with: -T {argument}=NAME,NAME"
            )
    return given


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A question that names the nearest known name, after a space; empty where none is near."""
    near = difflib.get_close_matches(name, list(known), n=1, cutoff=0.4)
    return f" Did you mean '{near[0]}'?" if near else ""
