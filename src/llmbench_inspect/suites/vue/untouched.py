"""What a fixture's project is like before anyone changes it: checked once a process."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import anyio
from anyio.lowlevel import RunVar

from llmbench_inspect.suites.vue.fixtures import Fixture
from llmbench_inspect.suites.vue.projects import project_folder
from llmbench_inspect.suites.vue.type_checker import TypeChecker

_known: Final[dict[tuple[Path, tuple[str, ...]], int]] = {}
_asking: Final[RunVar[anyio.Lock]] = RunVar("vue_untouched_asking")


async def errors_untouched(fixture: Fixture, checker: TypeChecker) -> int:
    """The number of type errors in a fixture's untouched project.

    Args:
        fixture: The task.
        checker: The warm compiler.

    Raises:
        CheckerCrash: The checker failed for reasons of its own; the next call asks again.
    """
    # The folder's name holds a digest of what is in it, so that it stands for the project's text.
    key = (project_folder(fixture), fixture.specification.tsconfigs)
    try:
        lock = _asking.get()
    except LookupError:
        _asking.set(lock := anyio.Lock())
    async with lock:
        if key not in _known:
            _known[key] = len((await checker.check(*key, {})).errors)
    return _known[key]
