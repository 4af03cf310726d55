"""From a candidate's files to its score: compile, patterns, naming, behaviour, and what went wrong first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal, NamedTuple

from llmbench_inspect.suites.vue.behaviour import Behaviour, Dom, behaviour_of
from llmbench_inspect.suites.vue.fixtures import Fixture
from llmbench_inspect.suites.vue.overlay import Overlay, matches
from llmbench_inspect.suites.vue.projects import project_folder
from llmbench_inspect.suites.vue.specification import NamingRule, Pattern
from llmbench_inspect.suites.vue.type_checker import (
    CandidateBreaksChecker,
    CheckResult,
    CompileError,
    Diagnostic,
    PatternResult,
    TypeChecker,
)

FailureClass = Literal[
    "cut_off",
    "no_code",
    "does_not_parse",
    "does_not_compile",
    "types_fail",
    "changed_protected",
    "wrong_behaviour",
    "pattern_missing",
    "naming",
]
"""What went wrong first, in the order in which it is looked for."""

PROTECTED_UNTOUCHED: Final = "protected-files-untouched"
_STYLES: Final = {
    "PascalCase": r"[A-Z][A-Za-z0-9]*",
    "camelCase": r"[a-z][A-Za-z0-9]*",
    "useCamelCase": r"use[A-Z][A-Za-z0-9]*",
}


@dataclass(frozen=True)
class Verdict:
    """What a candidate's files are worth."""

    score: float
    """0 to 10, to two decimals: the weighted sum of the parts."""
    solved: bool
    """Whether every part is full."""
    compiles: bool
    """No type error, nothing that Vue's compiler refuses, and not won by suppressions, `any` or the like."""
    patterns: float
    """Weighted share of the patterns that hold, 0 to 1."""
    naming: float
    """Share of the naming rules that are obeyed, 0 to 1."""
    behaviour: Behaviour | None
    """How it did in the hidden tests; `None` where the fixture has none."""
    failure: FailureClass | None
    """What went wrong first; `None` when solved."""
    diagnostics: tuple[Diagnostic, ...]
    """Type errors, as vue-tsc reports them."""
    compile_errors: tuple[CompileError, ...]
    """What Vue's compiler refuses."""
    patterns_missing: tuple[str, ...]
    """Ids of the patterns that do not hold."""
    names_wrong: tuple[str, ...]
    """Naming rules that are not obeyed, in words."""
    protected_changed: tuple[str, ...]
    """Protected files that the candidate changed; they were put back before checking."""
    remark: str | None
    """Why a verdict is not what the diagnostics alone would say."""

    @property
    def errors(self) -> int:
        """Type errors and compiler errors together."""
        return len(self.diagnostics) + len(self.compile_errors)

    def as_record(self) -> dict[str, Any]:
        """The verdict as JSON values."""
        return asdict(self)


async def judge(
    fixture: Fixture,
    changes: Mapping[str, str | None],
    checker: TypeChecker,
    *,
    dom: Dom = "happy-dom",
) -> Verdict:
    """Judge a fixture's project with a candidate's changes on top.

    Args:
        fixture: The task.
        changes: New text by path, `None` for a deleted file.
        checker: The warm compiler.
        dom: What shows the components to the hidden tests.

    Raises:
        CheckerCrash: The checker failed for reasons of its own; the candidate has no verdict.
    """
    specification = fixture.specification
    kept, touched = fixture.overlay(changes).without(specification.protected)
    overlay = fixture.overlay(kept)
    try:
        checked = await checker.check(project_folder(fixture), specification.tsconfigs, kept)
        found = await _patterns(fixture, overlay, checker)
        won_by = await _won_by(fixture, kept, found, checker) if _clean(checked) else None
        behaviour = await behaviour_of(fixture, overlay, dom=dom)
    except CandidateBreaksChecker as error:
        return _broken(str(error), fixture, touched)

    held = {
        **_held(specification.required, specification.forbidden, found),
        **({PROTECTED_UNTOUCHED: (1.0, not touched)} if specification.protected else {}),
    }
    wrong = [text for rule in specification.naming if (text := _disobeyed(rule, fixture, found)) is not None]
    patterns = sum(weight for weight, holds in held.values() if holds) / sum(
        weight for weight, _ in held.values()
    )
    naming = 1 - len(wrong) / len(specification.naming)
    compiles = _clean(checked) and won_by is None
    behaves = 1.0 if behaviour is None else behaviour.share
    weights = fixture.scoring
    score = 10 * (
        weights.compilation * compiles
        + weights.pattern_match * patterns
        + weights.naming * naming
        + weights.behaviour * behaves
    )
    missing = tuple(name for name, (_, holds) in held.items() if not holds)
    return Verdict(
        score=round(score, 2),
        solved=compiles and not missing and not wrong and behaves == 1,
        compiles=compiles,
        patterns=round(patterns, 4),
        naming=round(naming, 4),
        behaviour=behaviour,
        failure=_failure(
            checked,
            found,
            compiles=compiles,
            behaves=behaves == 1,
            touched=touched,
            missing=missing,
            wrong=wrong,
        ),
        diagnostics=checked.errors,
        compile_errors=checked.compile_errors,
        patterns_missing=missing,
        names_wrong=tuple(wrong),
        protected_changed=tuple(touched),
        remark=won_by,
    )


async def _patterns(fixture: Fixture, overlay: Overlay, checker: TypeChecker) -> PatternResult:
    specification, names = fixture.specification, overlay.files()

    def chosen(globs: Sequence[str] | None) -> list[str]:
        return [name for name in names if any(matches(name, g) for g in globs or specification.target_files)]

    patterns = [
        {**pattern.request(), "files": chosen(pattern.files)}
        for pattern in (*specification.required, *specification.forbidden)
    ]
    looked_at = {name for pattern in patterns for name in pattern["files"]}
    for rule in specification.naming:
        looked_at.update(chosen(rule.file and [rule.file]))
    looked_at.update(name for name, text in overlay.changes.items() if text is not None)
    return await checker.patterns(project_folder(fixture), overlay.changes, sorted(looked_at), patterns)


def _clean(checked: CheckResult) -> bool:
    return not checked.errors and not checked.compile_errors


async def _won_by(
    fixture: Fixture, changes: Mapping[str, str | None], found: PatternResult, checker: TypeChecker
) -> str | None:
    """Why a clean check does not count: the answer is not clean without what it silences the compiler by."""
    honest = dict(changes)
    for name, text in changes.items():
        if text is not None:
            honest[name] = _without(_silencers(found.facts.get(name, {}), fixture), text)
    if honest == dict(changes):
        return None
    checked = await checker.check(project_folder(fixture), fixture.specification.tsconfigs, honest)
    if _clean(checked):
        return None
    hidden = checked.errors[0].message if checked.errors else checked.compile_errors[0].message
    return f"type-checks only by suppressions, `any` or double assertions; without them: {hidden}"


class _Silencer(NamedTuple):
    start: int
    end: int
    honest: str
    """What is to stand there."""


def _silencers(facts: Mapping[str, Sequence[Mapping[str, Any]]], fixture: Fixture) -> list[_Silencer]:
    steps = facts.get("assertion_steps", [])
    if steps:
        untouched = fixture.overlay()
        texts = [untouched.read(name) for name in untouched.files()]
        steps = [step for step in steps if not any(step["text"] in text for text in texts)]
    return [
        *(_Silencer(record["start"], record["end"], "") for record in facts.get("suppressions", [])),
        *(_Silencer(record["start"], record["end"], "unknown") for record in facts.get("any", [])),
        *(_Silencer(record["start"], record["end"], "") for record in steps),
    ]


def _without(silencers: Iterable[_Silencer], text: str) -> str:
    parts: list[str] = []
    at = 0
    for start, end, honest in sorted(silencers, key=lambda one: (one.start, -one.end)):
        # What lies within another, as the `any` of ` as any`, goes with it.
        if start >= at:
            parts += [text[at:start], honest]
            at = end
    return "".join([*parts, text[at:]])


def _held(
    required: Sequence[Pattern], forbidden: Sequence[Pattern], found: PatternResult
) -> dict[str, tuple[float, bool]]:
    counts = [len(match) for match in found.matches]
    held: dict[str, tuple[float, bool]] = {}
    for pattern, count in zip((*required, *forbidden), counts, strict=True):
        wanted = pattern in required
        most = pattern.max if wanted else 0
        holds = (not wanted or count >= pattern.min) and (most is None or count <= most)
        held[pattern.id] = (pattern.weight, holds)
    return held


def _disobeyed(rule: NamingRule, fixture: Fixture, found: PatternResult) -> str | None:
    globs = [rule.file] if rule.file else fixture.specification.target_files
    names = [
        str(record["name"])
        for file, facts in found.facts.items()
        if any(matches(file, g) for g in globs)
        for record in facts.get(rule.fact, [])
        if record.get("name")
    ]
    if not names:
        return f"{rule.fact}: none to name"
    if rule.name is not None and rule.name not in names:
        return f"{rule.fact}: '{rule.name}' is missing"
    for name in names:
        if rule.style is not None and not re.fullmatch(_STYLES[rule.style], name):
            return f"{rule.fact}: '{name}' is not {rule.style}"
        if rule.suffix is not None and not name.endswith(rule.suffix):
            return f"{rule.fact}: '{name}' does not end in '{rule.suffix}'"
    return None


def _failure(
    checked: CheckResult,
    found: PatternResult,
    *,
    compiles: bool,
    behaves: bool,
    touched: Sequence[str],
    missing: Sequence[str],
    wrong: Sequence[str],
) -> FailureClass | None:
    looked_for: list[tuple[FailureClass, object]] = [
        ("does_not_parse", found.parse_errors),
        ("does_not_compile", checked.compile_errors),
        ("types_fail", not compiles),
        ("changed_protected", touched),
        ("wrong_behaviour", not behaves),
        ("pattern_missing", missing),
        ("naming", wrong),
    ]
    return next((failure for failure, seen in looked_for if seen), None)


def _broken(reason: str, fixture: Fixture, touched: Sequence[str]) -> Verdict:
    return Verdict(
        score=0,
        solved=False,
        compiles=False,
        patterns=0,
        naming=0,
        behaviour=Behaviour.none_passed(fixture.hidden_tests, reason) if fixture.hidden_tests else None,
        failure="does_not_compile",
        diagnostics=(),
        compile_errors=(),
        patterns_missing=(),
        names_wrong=(),
        protected_changed=tuple(touched),
        remark=reason,
    )
