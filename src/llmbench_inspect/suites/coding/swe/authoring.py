"""SWE packages as their authors meet them: what a new one is a copy of, and what proves one."""

from __future__ import annotations

import keyword
import re
import sys
from typing import Final

import anyio

from llmbench_inspect.fixture_kind import Claim, FixtureKind
from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.suites.coding.swe.calibration import calibrate, claims
from llmbench_inspect.suites.coding.swe.instances import (
    TESTS,
    instance_names,
    instances_folder,
    load_instances,
)
from llmbench_inspect.suites.coding.swe.judging import JudgingError

_EXAMPLE: Final = "pricetag"
_MODULE: Final = re.compile(r"[a-z][a-z0-9_]*")


def _verify(name: str) -> list[Claim]:
    instances = load_instances([name])

    async def judged() -> list[Claim]:
        return [claim for each in instances for claim in claims(each, await calibrate(each))]

    try:
        return anyio.run(judged)
    except JudgingError as error:
        raise PrerequisiteError(str(error)) from error


def _word_for(name: str) -> str:
    module = name.replace("-", "_").lower()
    if not _MODULE.fullmatch(module) or keyword.iskeyword(module):
        raise PrerequisiteError(
            f"'{name}' will not do for a package's name: it is made of letters, digits, '-' and '_'"
        )
    # The standard library comes before the package's own files where tests are run.
    if module in {*sys.stdlib_module_names, TESTS}:
        raise PrerequisiteError(f"'{name}' will not do for a package's name: Python has a module '{module}'")
    return module


SWE_FIXTURES: Final = FixtureKind(
    name="swe",
    task="swe_bench",
    argument="instances",
    marks=("repository", "issues", "issue.md", "gold.patch"),
    example=instances_folder().parent / "new" / _EXAMPLE,
    word=_EXAMPLE,
    word_for=_word_for,
    page="docs/adding-an-issue.md",
    steps=(
        ("repository/", "the package as the model finds it, with the tests that it may see"),
        ("issues/small-cents/", "one folder an issue; the folder's name is the issue's"),
        ("  issue.md", "the issue, as its reporter would write it"),
        (f"  {TESTS}/", "hidden tests"),
        ("  gold.patch", "a change to repository/ that resolves it"),
        ("  specification.json", "all tests by name: fail_to_pass, pass_to_pass"),
    ),
    names=instance_names,
    verify=_verify,
)
"""The kind."""
