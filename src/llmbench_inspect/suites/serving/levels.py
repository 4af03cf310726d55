"""Lists of numbers as a command line gives them."""

from __future__ import annotations

import math
from collections.abc import Sequence

from llmbench_inspect.prerequisite import PrerequisiteError


def whole_levels(name: str, given: object, *, least: int = 1) -> list[int]:
    """Read whole numbers, such as 1,2,4,8.

    Args:
        name: Of the task's argument.
        given: A number, text with commas, or a list.
        least: The smallest allowed.

    Raises:
        PrerequisiteError: When one is not whole or too small, or there is none.
    """
    levels = positive_levels(name, given)
    for level in levels:
        if not level.is_integer() or level < least:
            raise PrerequisiteError(_wrong(name, f"{level:g}", f"a whole number from {least} on"))
    return [int(level) for level in levels]


def positive_levels(name: str, given: object) -> list[float]:
    """Read numbers above 0, such as 0.5,1,2, in rising order and each once.

    Args:
        name: Of the task's argument.
        given: A number, text with commas, or a list.

    Raises:
        PrerequisiteError: When one is no such number, or there is none.
    """
    parts: Sequence[object]
    if isinstance(given, str):
        parts = given.split(",")
    elif isinstance(given, Sequence):
        parts = given  # pyright: ignore[reportUnknownVariableType]
    else:
        parts = [given]
    levels: set[float] = set()
    for part in parts:
        try:
            level = float(str(part))
        except ValueError:
            level = math.nan
        if not 0 < level < math.inf:
            raise PrerequisiteError(_wrong(name, str(part), "a number above 0"))
        levels.add(level)
    if not levels:
        raise PrerequisiteError(_wrong(name, "", "a number above 0"))
    return sorted(levels)


def _wrong(name: str, part: str, wanted: str) -> str:
    return f"{name}: '{part}' is not {wanted}. Give it with: -T {name}=1,2,4"
