"""The scores of a sample: one verdict on its change, shown part by part."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final
from weakref import WeakKeyDictionary

from inspect_ai.scorer import Score, Scorer, Target, ci, ci_wilson, mean, scorer, stderr
from inspect_ai.solver import TaskState
from inspect_ai.util import sandbox

from llmbench_inspect.sandbox import is_bwrap
from llmbench_inspect.suites.coding.metrics import outcome_shares
from llmbench_inspect.suites.coding.swe.instances import instance_of
from llmbench_inspect.suites.coding.swe.judging import (
    JudgingError,
    judge,
    run_in,
    run_in_pool,
)
from llmbench_inspect.suites.coding.swe.upstream import judge_upstream
from llmbench_inspect.suites.coding.swe.verdict import PASSED, Verdict, share
from llmbench_inspect.suites.coding.swe.work import SweWork, take_over

_SHOWN: Final = 10

# Epochs of one instance are no independent trials: intervals are over instances.
_METRICS: Final = [mean(), stderr(cluster="instance"), ci(cluster="instance")]

# All scorers of one pass over a sample share its state, and so one verdict; a later pass makes its own.
_verdicts: WeakKeyDictionary[TaskState, Verdict | JudgingError] = WeakKeyDictionary()


# Wilson's, because a clustered interval around none or all of the instances has no width.
@scorer(metrics=[mean(), stderr(cluster="instance"), ci_wilson(), outcome_shares()])
def resolved() -> Scorer:
    """1 when every test passes, else 0; the mean is the resolution rate."""
    return _part(lambda verdict: float(verdict.resolved), _explanation, metadata=_details)


@scorer(metrics=_METRICS)
def fail_to_pass() -> Scorer:
    """The share of the tests for the issue that pass, 0 to 1."""
    return _part(lambda verdict: share(verdict.fail_to_pass), lambda verdict: _count(verdict.fail_to_pass))


@scorer(metrics=_METRICS)
def pass_to_pass() -> Scorer:
    """The share of the tests that passed before and still pass, 0 to 1."""
    return _part(lambda verdict: share(verdict.pass_to_pass), lambda verdict: _count(verdict.pass_to_pass))


@scorer(metrics=_METRICS)
def edit_similarity() -> Scorer:
    """How much the change is like the gold patch, 0 to 1: Dice over token pairs of the changed lines."""
    return _part(lambda verdict: verdict.similarity, lambda verdict: f"{verdict.similarity:.2f}")


@scorer(metrics=_METRICS)
def files_touched() -> Scorer:
    """The number of files created, changed or deleted, tests left out."""
    return _part(
        lambda verdict: float(len(verdict.touched)), lambda verdict: ", ".join(verdict.touched) or "(none)"
    )


def swe_scorers() -> list[Scorer]:
    """All scorers of the suite, the headline first."""
    return [resolved(), fail_to_pass(), pass_to_pass(), edit_similarity(), files_touched()]


def _part(
    value: Callable[[Verdict], float],
    explanation: Callable[[Verdict], str],
    *,
    metadata: Callable[[Verdict], dict[str, object]] | None = None,
) -> Scorer:
    async def score(state: TaskState, target: Target) -> Score:
        verdict = await _verdict(state, target)
        if isinstance(verdict, JudgingError):
            return Score.unscored(reason="judging_failed", explanation=str(verdict))
        return Score(
            value=value(verdict),
            answer=", ".join(verdict.touched) or "(no change)",
            explanation=explanation(verdict),
            metadata=metadata(verdict) if metadata else None,
        )

    return score


async def _verdict(state: TaskState, target: Target) -> Verdict | JudgingError:
    if state not in _verdicts:
        try:
            mini = state.metadata["split"] == "mini"
            _verdicts[state] = await (_judge(state) if mini else judge_upstream(state, target))
        except JudgingError as error:
            _verdicts[state] = error
    return _verdicts[state]


async def _judge(state: TaskState) -> Verdict:
    work, instance = state.store_as(SweWork), instance_of(state.metadata["instance"])
    run = run_in_pool
    # A log that is scored again has the candidate, and no sandbox.
    if work.files is None:
        environment = sandbox()
        await take_over(environment, work, before=instance.repository)
        run = run_in_pool if is_bwrap(environment) else run_in(environment)
    return await judge(instance, work.files or {}, run=run, unreadable=work.unreadable)


def _count(outcomes: Mapping[str, str]) -> str:
    return f"{sum(told == PASSED for told in outcomes.values())} of {len(outcomes)} pass"


def _explanation(verdict: Verdict) -> str:
    lines = [f"{name}: {told}" for name, told in verdict.failures.items()]
    more = [f"... and {len(lines) - _SHOWN} more"] if len(lines) > _SHOWN else []
    return "\n".join([verdict.failure_class or "resolved", *lines[:_SHOWN], *more])


def _details(verdict: Verdict) -> dict[str, object]:
    return {
        "failure_class": verdict.failure_class,
        "fail_to_pass": dict(verdict.fail_to_pass),
        "pass_to_pass": dict(verdict.pass_to_pass),
        "touched": list(verdict.touched),
        "tests_touched": list(verdict.tests_touched),
        "diff": verdict.diff,
    }
