"""The scores of a repaired model: whether it is right again, and how the way there was."""

from __future__ import annotations

import math
from typing import Final

from inspect_ai.scorer import Score, Scorer, Target, accuracy, ci_wilson, grouped, scorer, stderr
from inspect_ai.solver import TaskState

from llmbench_inspect.statistics import class_shares, group_intervals, group_means
from llmbench_inspect.suites.ordebug.dataset import problem_of
from llmbench_inspect.suites.ordebug.judging import Verdict, judge, precision_and_recall
from llmbench_inspect.suites.ordebug.problem import Problem
from llmbench_inspect.suites.ordebug.solving import NoAnswerError
from llmbench_inspect.suites.ordebug.threads import in_thread
from llmbench_inspect.suites.ordebug.work import RepairWork
from llmbench_inspect.telemetry import ModelCalls

_GROUPS: Final = ("fault", "difficulty", "kind")
_CLASSES: Final = ("infeasible", "unbounded", "other_optimum", "rows_lost")


async def _verdict(state: TaskState, problem: Problem) -> Verdict:
    return await in_thread(judge, problem, state.store_as(RepairWork).model or problem.model)


@scorer(
    metrics=[
        accuracy(),
        stderr(),
        ci_wilson(),
        *(grouped(accuracy(), group, all=False) for group in _GROUPS),
        *(group_intervals(group) for group in _GROUPS),
        class_shares("repaired", *_CLASSES),
    ],
    range=(0, 1),
)
def repaired() -> Scorer:
    """1 when the model is feasible, its optimum the original's within 1e-6, and every original row kept."""

    async def score(state: TaskState, target: Target) -> Score:  # noqa: ARG001
        problem = problem_of(state)
        try:
            verdict = await _verdict(state, problem)
        except NoAnswerError as error:
            return Score.unscored(reason="no_answer_of_solver", explanation=str(error))
        if problem.optimum is None:
            return Score.unscored(reason="no_original", explanation="No original is known to compare with.")
        wrong = verdict.failure_class
        lost = f": {', '.join(verdict.lost)}" if wrong == "rows_lost" else ""
        work = state.store_as(RepairWork)
        return Score(
            value=float(verdict.repaired),
            answer=", ".join(work.blamed or []),
            explanation=f"{wrong or 'repaired'}{lost}",
            metadata={
                "failure_class": wrong,
                "limit": work.limit,
                "submitted": work.blamed is not None,
            },
        )

    return score


_SHARES: Final = (
    "recovered",
    "optimality",
    "feasibility",
    "submitted",
    "fault_precision",
    "fault_recall",
    "iis_precision",
    "iis_recall",
)


@scorer(
    metrics={
        **{name: [group_means(*_GROUPS, low=0, high=1)] for name in _SHARES},
        **{name: [group_means(*_GROUPS, low=0)] for name in ("steps", "tokens")},
    }
)
def repair() -> Scorer:
    """How the repair was; a measure that says nothing about a sample is NaN there.

    - `recovered`: 1 when the model has an optimum.
    - `optimality`: `max(0, 1 - |difference| / |original's optimum|)`, 0 without an optimum.
    - `feasibility`: the share of the original's rows that are kept.
    - `submitted`: 1 when a diagnosis was handed in.
    - `fault_precision`, `fault_recall`: of the diagnosis, against what held the planted mistake.
    - `iis_precision`, `iis_recall`: of the diagnosis, against the IIS of the model as it was given.
    - `steps`: turns taken. `tokens`: read and written by the evaluated model.
    """

    async def score(state: TaskState, target: Target) -> Score:  # noqa: ARG001
        problem, work = problem_of(state), state.store_as(RepairWork)
        try:
            verdict = await _verdict(state, problem)
        except NoAnswerError as error:
            return Score.unscored(reason="no_answer_of_solver", explanation=str(error))
        blamed = work.blamed or []
        fault = precision_and_recall(blamed, problem.culprits) if problem.culprits else (math.nan, math.nan)
        iis = precision_and_recall(blamed, problem.iis)
        tokens = state.store_as(ModelCalls).total_tokens
        return Score(
            value={
                "recovered": float(verdict.recovered),
                "optimality": verdict.optimality,
                "feasibility": verdict.rows_kept,
                "submitted": float(work.blamed is not None),
                "fault_precision": fault[0],
                "fault_recall": fault[1],
                "iis_precision": iis[0],
                "iis_recall": iis[1],
                "steps": work.steps,
                "tokens": math.nan if tokens is None else float(tokens),
            },
            metadata={"blamed": blamed, "lost": verdict.lost},
        )

    return score
