"""Does a fixture score what it says? Gold, unchanged and every bad answer beside what they must score."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from inspect_ai.tool import ToolDef

from llmbench_inspect.fixture_kind import Claim
from llmbench_inspect.suites.vue.behaviour import Dom
from llmbench_inspect.suites.vue.fixtures import Fixture
from llmbench_inspect.suites.vue.tools import project_tools
from llmbench_inspect.suites.vue.type_checker import TypeChecker
from llmbench_inspect.suites.vue.verdict import Verdict, judge

_TOLERANCE: Final = 0.005
_FEWEST_BAD: Final = 4


class Case(NamedTuple):
    """One answer whose score is stated, and what it really got."""

    answer: str
    """`gold`, `unchanged` or `bad/NAME`."""
    score: float
    """What it must score, 0 to 10; NaN where that is not stated."""
    failure: str | None
    """The failure class it must be given; `None` where any will do (unchanged) or there is none (gold)."""
    verdict: Verdict

    @property
    def holds(self) -> bool:
        """Whether the verdict is as stated, and only the right answer solves the task."""
        same_failure = self.answer == "unchanged" or self.failure == self.verdict.failure
        same_score = abs(self.score - self.verdict.score) <= _TOLERANCE
        return same_score and same_failure and self.verdict.solved == (self.answer == "gold")


async def calibrate(fixture: Fixture, checker: TypeChecker, dom: Dom = "happy-dom") -> list[Case]:
    """Judge every answer that ships with a fixture."""
    stated: list[tuple[str, dict[str, str | None], float, str | None]] = [
        ("gold", fixture.gold, 10.0, None),
        ("unchanged", {}, fixture.specification.unchanged_score, None),
        *((f"bad/{bad.name}", bad.changes, bad.score, bad.failure) for bad in fixture.bad),
    ]
    return [
        Case(answer, score, failure, await judge(fixture, changes, checker, dom=dom))
        for answer, changes, score, failure in stated
    ]


def claims(fixture: Fixture, cases: Sequence[Case]) -> list[Claim]:
    """What must hold for a fixture, and whether it does.

    Args:
        fixture: The fixture.
        cases: Its answers, judged.
    """
    return [
        *(_of_answer(fixture, case) for case in cases),
        *_of_hidden_tests(fixture, cases),
        Claim(
            fixture=fixture.name,
            what="bad/",
            wanted=f"{_FEWEST_BAD} wrong answers or more",
            found=f"{len(fixture.bad)}",
            holds=len(fixture.bad) >= _FEWEST_BAD,
            mend="Add mistakes that a model really makes.",
        ),
        _of_tool_sequence(fixture),
    ]


def _of_answer(fixture: Fixture, case: Case) -> Claim:
    verdict = case.verdict
    stated = case.score == case.score
    return Claim(
        fixture=fixture.name,
        what=case.answer,
        wanted=_outcome(case.score, case.failure) if stated else "a stated score",
        found=_outcome(verdict.score, None if case.answer == "unchanged" else verdict.failure),
        holds=case.holds,
        note="; ".join(_reasons(verdict)),
        mend=_mend(case),
    )


def _outcome(score: float, failure: str | None) -> str:
    return f"{score:g}, {failure}" if failure else f"{score:g}"


def _reasons(verdict: Verdict) -> Iterator[str]:
    errors = [error.message for error in (*verdict.diagnostics, *verdict.compile_errors)]
    if first := verdict.remark or next(iter(errors), None):
        yield first
    yield from verdict.patterns_missing
    yield from verdict.names_wrong
    for name, reason in verdict.behaviour.failed.items() if verdict.behaviour else ():
        yield f"{name}: {reason}"


def _mend(case: Case) -> str:
    verdict = case.verdict
    if case.answer == "gold":
        return "Mend gold/, or what validation_spec.json and behaviour/ ask for."
    if verdict.solved:
        return "Have validation_spec.json or behaviour/ ask for what is wrong with it."
    if case.answer == "unchanged":
        return f'If that is right, state it in validation_spec.json: "unchanged_score": {verdict.score:g}'
    name = case.answer.removeprefix("bad/")
    return (
        "If that is right, state it in bad/expected.json: "
        f'"{name}": {{"score": {verdict.score:g}, "failure": "{verdict.failure}", "why": "..."}}'
    )


def _of_hidden_tests(fixture: Fixture, cases: Sequence[Case]) -> Iterator[Claim]:
    """A refactoring keeps what works: where all tests pass before, one fails for a wrong answer."""
    by_answer = {case.answer: case.verdict for case in cases}
    before, after = by_answer["unchanged"].behaviour, by_answer["gold"].behaviour
    if before is None or after is None:
        return
    number = len(before.passed) + len(before.failed)
    yield Claim(
        fixture=fixture.name,
        what="hidden tests, after",
        wanted=f"{number} pass",
        found=f"{len(after.passed)} pass",
        holds=not after.failed,
        note="; ".join(f"{name}: {reason}" for name, reason in after.failed.items()),
        mend="Mend gold/ or the test.",
    )
    wrong = [
        case.answer
        for case in cases
        if case.answer.startswith("bad/") and case.verdict.compiles and not _behaves(case.verdict)
    ]
    was = f"{len(before.failed)} of {number} fail" if before.failed else f"{number} pass"
    yield Claim(
        fixture=fixture.name,
        what="hidden tests, before",
        wanted="fail, or find a wrong answer",
        found=f"{was}, find {', '.join(wrong) or 'none'}",
        holds=bool(before.failed or wrong),
        note="; ".join(before.failed),
        mend="They tell no wrong answer from a right one: add a wrong answer that compiles, has all patterns "
        f"and fails a test, or another test. There are: {', '.join(before.passed)}.",
    )


def _behaves(verdict: Verdict) -> bool:
    return verdict.behaviour is None or not verdict.behaviour.failed


def _of_tool_sequence(fixture: Fixture) -> Claim:
    fault = _sequence_fault(fixture)
    return Claim(
        fixture=fixture.name,
        what="tool_sequence.json",
        wanted="leads to gold/",
        found=fault or f"does, in {len(fixture.tool_sequence)} calls",
        holds=fault is None,
        mend="List the calls of an agent that does it right: the files of gold/, written by write_file.",
    )


def _sequence_fault(fixture: Fixture) -> str | None:
    tools = {ToolDef(tool).name for tool in project_tools(fixture, "happy-dom")}
    project = fixture.overlay()
    name = ""
    try:
        for number, call in enumerate(fixture.tool_sequence, start=1):
            name, given = call["tool"], call["arguments"]
            if name not in tools:
                return f"call {number}: there is no tool '{name}'"
            if name == "read_file":
                project.read(given["path"])
            elif name == "write_file":
                text = (fixture.root / given["content_from"]).read_text("utf-8")
                project.write(given["path"], text)
            elif name == "delete_file":
                project.delete(given["path"])
    except KeyError as error:
        return f"a call lacks {error}"
    except (OSError, ValueError, TypeError) as error:
        return str(error)
    if name != "finish":
        return "the last call is not finish"
    gold, written = fixture.gold, project.changes
    differing = [path for path in sorted(gold.keys() | written.keys()) if gold.get(path) != written.get(path)]
    return f"other than gold/: {', '.join(differing)}" if differing else None
