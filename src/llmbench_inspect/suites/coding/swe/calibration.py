"""Does an issue hold? Its tests before and after the gold patch, beside what they must do."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import NamedTuple, TypedDict

from llmbench_inspect.fixture_kind import Claim
from llmbench_inspect.suites.coding.swe.gold import GoldPatchError, gold_changes
from llmbench_inspect.suites.coding.swe.instances import TESTS, Instance
from llmbench_inspect.suites.coding.swe.judging import Run, judge, run_in_pool
from llmbench_inspect.suites.coding.swe.verdict import PASSED, Verdict


class Calibration(NamedTuple):
    """An issue's repository, judged as it is and with the gold patch."""

    before: Verdict
    after: Verdict | None
    """`None` where the patch does not apply."""
    fault: str | None
    """Why it does not."""


async def calibrate(instance: Instance, *, run: Run = run_in_pool) -> Calibration:
    """Judge the repository of an instance without the gold patch, and with it.

    Raises:
        JudgingError: The tests do not run.
        PrerequisiteError: There is no jail, or no git.
    """
    before = await judge(instance, {}, run=run)
    try:
        changes = gold_changes(instance)
    except GoldPatchError as error:
        return Calibration(before, None, str(error))
    return Calibration(before, await judge(instance, changes, run=run), None)


def claims(instance: Instance, found: Calibration) -> list[Claim]:
    """What must hold for an instance, and whether it does.

    Args:
        instance: The instance.
        found: What was found.
    """
    return list(_claims(instance, found))


def _claims(instance: Instance, found: Calibration) -> Iterator[Claim]:
    name, (before, after, fault) = instance.name, found
    yield Claim(
        fixture=name,
        what="unchanged",
        wanted="not resolved",
        found="resolved" if before.resolved else "not resolved",
        holds=not before.resolved,
        mend="No test looks for what the issue asks: write one, and list it in fail_to_pass.",
    )
    if after is None:
        yield Claim(
            fixture=name,
            what="gold.patch",
            wanted="applies to repository/",
            found="does not",
            holds=False,
            note=fault or "",
            mend="Write it again from two copies of repository/, a untouched and b changed: "
            "git diff --no-index --no-prefix a b > gold.patch",
        )
        return
    yield from _of_gold(name, after)
    defined = _defined(instance)
    yield from _of_tests(name, "fail_to_pass", before.fail_to_pass, after.fail_to_pass, defined)
    yield from _of_tests(name, "pass_to_pass", before.pass_to_pass, after.pass_to_pass, defined)
    unlisted = sorted(defined - set(instance.specification.tests))
    yield Claim(
        fixture=name,
        what="specification.json",
        wanted="lists every test",
        found=f"{len(unlisted)} not listed" if unlisted else f"lists {len(defined)}",
        holds=not unlisted,
        note=", ".join(unlisted),
        mend="Those that fail before go to fail_to_pass, the others to pass_to_pass.",
    )
    yield _hidden(instance)


def _of_gold(name: str, after: Verdict) -> Iterator[Claim]:
    yield Claim(
        fixture=name,
        what="gold.patch",
        wanted="resolved",
        found="resolved" if after.resolved else "not resolved",
        holds=after.resolved,
        mend="Mend the patch, or the tests.",
    )
    holds = not after.tests_touched and after.similarity == 1
    yield Claim(
        fixture=name,
        what="gold.patch, its form",
        wanted="git's, and no test in it",
        found="so" if holds else ", ".join(after.tests_touched) or "not git's",
        holds=holds,
        mend="Tests go into the issue's tests/. git's format has a/ and b/ before each path: "
        "git diff --no-index --no-prefix a b > gold.patch",
    )


def _of_tests(
    name: str, group: str, before: Mapping[str, str], after: Mapping[str, str], defined: set[str]
) -> list[Claim]:
    """One claim where all hold; otherwise one for each test that does not."""
    wanted = "fail before, pass after" if group == "fail_to_pass" else "pass before and after"
    wrong = [
        Claim(fixture=name, what=test, wanted=wanted, holds=False, **fault)
        for test, was in before.items()
        if (fault := _fault(group, was, after[test], defined=test in defined))
    ]
    return wrong or [Claim(fixture=name, what=group, wanted=wanted, found=f"{len(before)} do", holds=True)]


class _Fault(TypedDict):
    found: str
    note: str
    mend: str


def _fault(group: str, was: str, now: str, *, defined: bool) -> _Fault | None:
    if now != PASSED and not defined:
        return _Fault(found="no such test", note=now, mend=f"Write it, or take it out of {group}.")
    if now != PASSED:
        return _Fault(found="fails after", note=now, mend="Mend gold.patch, or the test.")
    if group == "fail_to_pass" and was == PASSED:
        mend = "It does not look for what the issue asks: mend it, or move it to pass_to_pass."
        return _Fault(found="passes before", note="", mend=mend)
    if group == "pass_to_pass" and was != PASSED:
        return _Fault(found="fails before", note=was, mend="Move it to fail_to_pass, or mend it.")
    return None


def _defined(instance: Instance) -> set[str]:
    return {
        f"{path.removesuffix('.py').replace('/', '.')}.{case.name}.{test.name}"
        for path, text in instance.tests.items()
        for case in ast.parse(text).body
        if isinstance(case, ast.ClassDef)
        for test in case.body
        if isinstance(test, ast.FunctionDef | ast.AsyncFunctionDef) and test.name.startswith("test_")
    }


def _hidden(instance: Instance) -> Claim:
    own = {path: path.rsplit("/", 1)[-1].removesuffix(".py") for path in instance.own_tests}
    texts = {"issue.md": instance.issue, **instance.repository}
    found = [
        *(f"{path} is in repository/ too" for path in own if path in instance.repository),
        *(
            f"{file} names {module}"
            for file, text in texts.items()
            for module in own.values()
            if module in text
        ),
    ]
    return Claim(
        fixture=instance.name,
        what=f"{TESTS}/",
        wanted="hidden from the model",
        found="; ".join(found) or "hidden",
        holds=not found,
        mend="Give the issue's test files names of their own.",
    )
