"""The scores of a sample: one verdict on its files, shown part by part."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable
from typing import Final
from weakref import WeakKeyDictionary

from inspect_ai.scorer import (
    Metric,
    SampleScore,
    Score,
    Scorer,
    Target,
    Value,
    ci,
    mean,
    metric,
    scorer,
    stderr,
)
from inspect_ai.solver import TaskState

from llmbench_inspect.suites.vue.behaviour import Behaviour, Dom
from llmbench_inspect.suites.vue.solvers import fixture_of
from llmbench_inspect.suites.vue.type_checker import CheckerCrash, type_checker
from llmbench_inspect.suites.vue.untouched import errors_untouched
from llmbench_inspect.suites.vue.verdict import FailureClass, Verdict, judge
from llmbench_inspect.suites.vue.work import VueWork

_SHOWN: Final = 10
_SOLVED: Final = "solved"

# Epochs of one fixture are no independent trials: intervals are over fixtures.
_METRICS: Final = [mean(), stderr(cluster="fixture"), ci(cluster="fixture")]

# All scorers of one pass over a sample share its state, and so one verdict; a later pass makes its own.
_verdicts: WeakKeyDictionary[TaskState, Verdict | CheckerCrash] = WeakKeyDictionary()


async def _verdict(state: TaskState) -> Verdict:
    if state not in _verdicts:
        work = state.store_as(VueWork)
        try:
            _verdicts[state] = await judge(
                fixture_of(state.metadata["fixture"]), work.files, type_checker(), dom=_dom(state)
            )
        except CheckerCrash as error:
            _verdicts[state] = error
    verdict = _verdicts[state]
    if isinstance(verdict, CheckerCrash):
        raise verdict
    return verdict


def _dom(state: TaskState) -> Dom:
    return state.metadata.get("dom", "happy-dom")  # older logs do not say


def _unscored(error: CheckerCrash) -> Score:
    return Score.unscored(reason="checker_crash", explanation=str(error))


@scorer(metrics=_METRICS, range=(0, 10))
def refactoring() -> Scorer:
    """The score, 0 to 10: compile, patterns, naming and behaviour, weighted as the specification says."""

    async def score(state: TaskState, target: Target) -> Score:  # noqa: ARG001
        work = state.store_as(VueWork)
        fixture = fixture_of(state.metadata["fixture"])
        try:
            verdict = await _verdict(state)
            before = await errors_untouched(fixture, type_checker())
        except CheckerCrash as error:
            return _unscored(error)
        failure = _failure_class(verdict, work)
        return Score(
            value=verdict.score,
            answer=", ".join(sorted(work.files)) or "(no files)",
            explanation=_explanation(verdict, failure, work),
            metadata={
                "failure_class": failure,
                "limit": work.limit,
                "errors_before": before,
                "errors_after": verdict.errors,
                "patterns_missing": list(verdict.patterns_missing),
                "names_wrong": list(verdict.names_wrong),
                "protected_changed": list(verdict.protected_changed),
                "dom": _dom(state),
                "tests_failed": dict(verdict.behaviour.failed) if verdict.behaviour else {},
                "writes_refused": work.refused,
                "diff": fixture.overlay(work.files).diff(),
            },
        )

    return score


@scorer(metrics=_METRICS, range=(0, 1))
def solved() -> Scorer:
    """1 when every part of the score is full, else 0."""
    return _part(lambda verdict, _: float(verdict.solved), lambda verdict: verdict.failure or _SOLVED)


@scorer(metrics=_METRICS, range=(-10, 10))
def gain() -> Scorer:
    """The score minus what the untouched project scores."""
    return _part(
        lambda verdict, state: round(verdict.score - state.metadata["baseline"]["refactoring"], 2),
        lambda verdict: f"score {verdict.score:g}",
    )


@scorer(metrics=_METRICS, range=(0, 1))
def type_checks() -> Scorer:
    """1 when vue-tsc and Vue's compiler accept the project, and not by suppressions or `any`, else 0."""
    return _part(lambda verdict, _: float(verdict.compiles), _errors)


@scorer(metrics=_METRICS, range=(0, 1))
def sfc_patterns() -> Scorer:
    """The weighted share of the required and forbidden patterns that hold, 0 to 1."""
    return _part(
        lambda verdict, _: verdict.patterns,
        lambda verdict: f"missing: {', '.join(verdict.patterns_missing) or 'none'}",
    )


@scorer(metrics=_METRICS, range=(0, 1))
def naming() -> Scorer:
    """The share of the naming rules that are obeyed, 0 to 1."""
    return _part(
        lambda verdict, _: verdict.naming, lambda verdict: "; ".join(verdict.names_wrong) or "all obeyed"
    )


@scorer(metrics=_METRICS, range=(0, 1))
def behaviour() -> Scorer:
    """The share of the hidden tests that pass, 0 to 1; NaN for a fixture that has none."""
    return _part(
        lambda verdict, _: verdict.behaviour.share if verdict.behaviour else float("nan"),
        lambda verdict: _tests(verdict.behaviour),
    )


@scorer(metrics={"*": [mean(), stderr(cluster="fixture")]})
def agent_effort() -> Scorer:
    """How the agent got there.

    - `tool_calls_count`: tools called.
    - `iterations_to_success`: the first model turn after which the project was solved; NaN when it never was.
    - `self_corrected`: 1 when a type check reported errors and the next one fewer, else 0.
    - `efficiency_score`: solved x min(1, steps of the fixture's example sequence / steps taken).
    - `steps_after_success`: turns taken after the first solved state; NaN when there was none.

    The sequence of tools is in the score's metadata.
    """

    async def score(state: TaskState, target: Target) -> Score:  # noqa: ARG001
        work = state.store_as(VueWork)
        fixture = fixture_of(state.metadata["fixture"])
        try:
            final = await _verdict(state)
            success = None
            for snapshot in work.snapshots:
                if (await judge(fixture, snapshot.files, type_checker(), dom=_dom(state))).solved:
                    success = snapshot.step
                    break
        except CheckerCrash as error:
            return _unscored(error)
        errors = [check.errors for check in work.checks]
        example = len(fixture.tool_sequence)
        return Score(
            value={
                "tool_calls_count": len(work.calls),
                "iterations_to_success": float("nan") if success is None else success,
                "self_corrected": float(any(b < a for a, b in itertools.pairwise(errors))),
                "efficiency_score": final.solved * min(1.0, example / max(1, work.steps)),
                "steps_after_success": float("nan") if success is None else work.steps - success,
            },
            metadata={"tools_used": work.calls, "steps": work.steps, "finished": work.finished},
        )

    return score


@metric(scores="unreduced")
def failure_classes() -> Metric:
    """The share of the scored samples in each failure class, `solved` among them."""

    def compute(scores: list[SampleScore]) -> Value:
        classes = Counter(score.score.as_str() for score in scores)
        return {name: count / len(scores) for name, count in sorted(classes.items())}

    return compute


@scorer(metrics=[failure_classes()])
def failure_class() -> Scorer:
    """What went wrong first, as a word; `solved` where nothing did."""

    async def score(state: TaskState, target: Target) -> Score:  # noqa: ARG001
        try:
            verdict = await _verdict(state)
        except CheckerCrash as error:
            return _unscored(error)
        return Score(value=_failure_class(verdict, state.store_as(VueWork)) or _SOLVED)

    return score


def _failure_class(verdict: Verdict, work: VueWork) -> FailureClass | None:
    # How the answer ended comes before what is in its files.
    if verdict.solved:
        return None
    if work.cut_off:
        return "cut_off"
    return verdict.failure if work.files else "no_code"


def _part(value: Callable[[Verdict, TaskState], float], explanation: Callable[[Verdict], str]) -> Scorer:
    async def score(state: TaskState, target: Target) -> Score:  # noqa: ARG001
        try:
            verdict = await _verdict(state)
        except CheckerCrash as error:
            return _unscored(error)
        return Score(value=value(verdict, state), explanation=explanation(verdict))

    return score


def _errors(verdict: Verdict) -> str:
    if verdict.remark:
        return verdict.remark
    lines = [str(error) for error in (*verdict.diagnostics, *verdict.compile_errors)]
    more = [f"... and {len(lines) - _SHOWN} more"] if len(lines) > _SHOWN else []
    return "\n".join([*lines[:_SHOWN], *more]) or "no errors"


def _tests(behaviour: Behaviour | None) -> str:
    if behaviour is None:
        return "no hidden tests"
    passed, failed = len(behaviour.passed), behaviour.failed
    lines = [f"{passed} of {passed + len(failed)} hidden tests pass"]
    return "\n".join([*lines, *(f"{name}: {reason}" for name, reason in failed.items())])


def _explanation(verdict: Verdict, failure: FailureClass | None, work: VueWork) -> str:
    return "\n".join(
        [
            (
                f"{failure or _SOLVED}: compiles {verdict.compiles:d}, "
                f"patterns {verdict.patterns:g}, naming {verdict.naming:g}"
            ),
            _errors(verdict),
            f"patterns missing: {', '.join(verdict.patterns_missing) or 'none'}",
            *verdict.names_wrong,
            _tests(verdict.behaviour),
            *work.refused,
        ]
    )
