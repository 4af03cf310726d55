"""What a sample's model left behind: read out of the sandbox, kept in the store for scoring and the log."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final

from inspect_ai.util import SandboxEnvironment, StoreModel

from llmbench_inspect.suites.coding.swe.judging import JudgingError, changes_between

_SECONDS: Final = 60
_TOO_MUCH: Final = 3


class SweWork(StoreModel):
    """The candidate."""

    files: dict[str, str | None] | None = None
    """New text by path, `None` for a deleted file; `None` until it was read."""
    unreadable: str | None = None
    """Why the working folder could not be taken over as it was: too much lay there."""


async def take_over(environment: SandboxEnvironment, work: SweWork, *, before: Mapping[str, str]) -> None:
    """Read the changes out of a sandbox's working folder.

    Args:
        environment: The sandbox.
        work: Where they are kept.
        before: The repository as the model found it.

    Raises:
        JudgingError: The sandbox does not let itself be read.
    """
    command = ["python3", "-I", "-S", "-B", "-c", _collector()]
    try:
        result = await environment.exec(command, timeout=_SECONDS)
    except TimeoutError as error:
        raise JudgingError("the working folder could not be read in time") from error
    if result.returncode == _TOO_MUCH:
        work.files, work.unreadable = {}, result.stderr.strip()
    elif result.success:
        work.files = changes_between(before, json.loads(result.stdout))
    else:
        raise JudgingError(f"the working folder could not be read: {result.stderr.strip()}")


@cache
def _collector() -> str:
    return (files("llmbench_inspect") / "suites/coding/swe/inside/collect.py").read_text("utf-8")
