"""Judging a candidate: hidden tests over its files, in a place where nothing of its run is left."""

from __future__ import annotations

import difflib
import json
import math
import secrets
from collections.abc import Awaitable, Callable, Mapping
from functools import cache
from importlib.resources import files
from typing import Final

from inspect_ai.util import SandboxEnvironment

from llmbench_inspect.sandbox import python_pool
from llmbench_inspect.suites.coding.swe.edits import changed_lines, patch_lines, similarity
from llmbench_inspect.suites.coding.swe.instances import Instance, is_test
from llmbench_inspect.suites.coding.swe.verdict import Verdict

Run = Callable[[str, float], Awaitable[str]]
"""Runs the program that runs tests on a case, a JSON text, for so many seconds; what it printed."""

_SECONDS: Final = 60.0
"""Seconds for all tests of an instance."""
_SECONDS_EACH: Final = 10.0
"""Seconds for one test."""
_GRACE: Final = 10.0
"""Seconds that the program has besides, to tell what came of the tests."""
_MEMORY: Final = 1 << 30
_DIFF_LINES: Final = 2000


class JudgingError(Exception):
    """The judging failed for reasons of its own, and says nothing about the candidate."""


async def run_in_pool(case: str, limit: float) -> str:
    """Run the tests in the pool: isolated from this machine, and from all that the model has left running."""
    return (await python_pool().run(_program(), input=case, timeout=limit, memory=_MEMORY)).stdout


def run_in(environment: SandboxEnvironment) -> Run:
    """Run the tests in a sandbox that has a `python3`."""

    async def run(case: str, limit: float) -> str:
        command = ["python3", "-I", "-S", "-B", "-c", _program()]
        try:
            result = await environment.exec(
                command, input=case, timeout=math.ceil(limit), timeout_retry=False
            )
        except TimeoutError:
            return ""
        return result.stdout

    return run


async def judge(
    instance: Instance, changes: Mapping[str, str | None], *, run: Run, unreadable: str | None = None
) -> Verdict:
    """Run the hidden tests of an instance over a candidate.

    Args:
        instance: The issue.
        changes: New text by path, `None` for a deleted file. Those of tests are told, and left out.
        run: Where the tests run.
        unreadable: Why there is no candidate: all tests then fail.

    Raises:
        JudgingError: The tests do not run for the untouched repository either.
    """
    before = _sources(instance.repository)
    after = _sources(_applied(instance.repository, changes))
    names = instance.specification.tests
    if unreadable is not None:
        outcomes = dict.fromkeys(names, f"unreadable: {unreadable}")
    else:
        outcomes = await _outcomes(instance, after, run)
    if outcomes is None:
        if await _outcomes(instance, before, run) is None:
            raise JudgingError(f"the tests of {instance.name} do not run, with or without the model's change")
        outcomes = dict.fromkeys(names, "ended: the program that runs the tests was ended")
    change = changed_lines(before, after)
    return Verdict(
        fail_to_pass={name: outcomes[name] for name in instance.specification.fail_to_pass},
        pass_to_pass={name: outcomes[name] for name in instance.specification.pass_to_pass},
        similarity=similarity(change, patch_lines(instance.gold_patch)),
        touched=tuple(sorted(path for path in changes if not is_test(path))),
        tests_touched=tuple(sorted(filter(is_test, changes))),
        diff=_diff(before, after),
    )


def changes_between(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, str | None]:
    """What makes one version of some files the other: new text by path, `None` for a deleted file."""
    paths = sorted(before.keys() | after.keys())
    return {path: after.get(path) for path in paths if before.get(path) != after.get(path)}


async def _outcomes(instance: Instance, sources: Mapping[str, str], run: Run) -> dict[str, str] | None:
    word = secrets.token_hex(16)
    case = {
        "word": word,
        "files": sources,
        "tests": instance.tests,
        "names": instance.specification.tests,
        "seconds": _SECONDS,
        "seconds_each": _SECONDS_EACH,
    }
    printed = await run(json.dumps(case), _SECONDS + _GRACE)
    mark = json.dumps({"word": word})[:-1]
    line = next((line for line in printed.splitlines() if line.startswith(mark)), None)
    return None if line is None else json.loads(line)["outcomes"]


def _sources(texts: Mapping[str, str]) -> dict[str, str]:
    return {path: text for path, text in texts.items() if not is_test(path)}


def _applied(before: Mapping[str, str], changes: Mapping[str, str | None]) -> dict[str, str]:
    after = {**before, **changes}
    return {path: text for path, text in after.items() if text is not None}


def _diff(before: Mapping[str, str], after: Mapping[str, str]) -> str:
    pieces: list[str] = []
    for path in changes_between(before, after):
        old, new = before.get(path, "").splitlines(), after.get(path, "").splitlines()
        if len(old) + len(new) > _DIFF_LINES:
            pieces.append(f"{path}: {len(old)} lines, now {len(new)}")
        else:
            pieces += difflib.unified_diff(old, new, f"a/{path}", f"b/{path}", lineterm="")
    return "\n".join(pieces)


@cache
def _program() -> str:
    return (files("llmbench_inspect") / "suites/coding/swe/inside/run_tests.py").read_text("utf-8")
