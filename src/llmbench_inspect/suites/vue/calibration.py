"""Does a fixture score what it says? Gold, unchanged and every bad answer beside what they must score.

`python -m llmbench_inspect.suites.vue.calibration [FIXTURE ...]` shows it as a table.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Final, NamedTuple

import anyio
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.suites.vue.behaviour import Dom
from llmbench_inspect.suites.vue.fixtures import Fixture, load_fixtures
from llmbench_inspect.suites.vue.type_checker import TypeChecker, type_checker
from llmbench_inspect.suites.vue.verdict import Verdict, judge

_TOLERANCE: Final = 0.005


class Case(NamedTuple):
    """One answer whose score is stated, and what it really got."""

    fixture: str
    answer: str
    score: float
    """What it must score, 0 to 10."""
    failure: str | None
    """The failure class it must be given; `None` where any will do (unchanged) or there is none (gold)."""
    verdict: Verdict

    @property
    def holds(self) -> bool:
        """Whether the verdict is as stated."""
        same_failure = self.answer == "unchanged" or self.failure == self.verdict.failure
        return abs(self.score - self.verdict.score) <= _TOLERANCE and same_failure


async def calibrate(fixture: Fixture, checker: TypeChecker, dom: Dom = "happy-dom") -> list[Case]:
    """Judge every answer that ships with a fixture."""
    stated: list[tuple[str, dict[str, str | None], float, str | None]] = [
        ("gold", fixture.gold, 10.0, None),
        ("unchanged", {}, fixture.specification.unchanged_score, None),
        *((f"bad/{bad.name}", bad.changes, bad.score, bad.failure) for bad in fixture.bad),
    ]
    return [
        Case(fixture.name, answer, score, failure, await judge(fixture, changes, checker, dom=dom))
        for answer, changes, score, failure in stated
    ]


def main(names: Sequence[str]) -> int:
    """Print the table; 1 when a case does not score what it must."""
    try:
        fixtures = load_fixtures(names or None)
        cases = [case for fixture in fixtures for case in anyio.run(calibrate, fixture, type_checker())]
    except PrerequisiteError as error:
        print(error, file=sys.stderr)
        return 2
    table = Table("fixture", "answer", "must score", "scores", "failure", "why")
    for case in cases:
        verdict = case.verdict
        errors = [error.message for error in (*verdict.diagnostics, *verdict.compile_errors)]
        failed = verdict.behaviour.failed.items() if verdict.behaviour else ()
        tests = [f"{name}: {reason}" for name, reason in failed]
        first = verdict.remark or next(iter(errors), None)
        why = [first, *verdict.patterns_missing, *verdict.names_wrong, *tests]
        table.add_row(
            case.fixture,
            case.answer,
            f"{case.score:g}",
            f"{verdict.score:g}",
            verdict.failure
            if case.failure in (None, verdict.failure)
            else f"{verdict.failure} (not {case.failure})",
            escape("; ".join(text for text in why if text)),
            style=None if case.holds else "bold red",
        )
    Console().print(table)
    return 0 if all(case.holds for case in cases) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
