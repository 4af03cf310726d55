"""The scores of a sample of `tool_bench`: whether its task is complete, and how its calls were."""

from __future__ import annotations

import math
from statistics import fmean
from typing import Final

from inspect_ai.scorer import Score, Scorer, Target, accuracy, ci_wilson, scorer, stderr
from inspect_ai.solver import TaskState
from inspect_ai.util import sandbox

from llmbench_inspect.suites.tooluse.bench_dataset import task_of
from llmbench_inspect.suites.tooluse.bench_metrics import (
    amounts,
    baselines,
    failure_counts,
    shares,
    tier,
)
from llmbench_inspect.suites.tooluse.bench_tasks import ToolTask
from llmbench_inspect.suites.tooluse.bench_tools import TOOLS
from llmbench_inspect.suites.tooluse.calls import calls_of
from llmbench_inspect.suites.tooluse.failure_modes import failure_mode
from llmbench_inspect.suites.tooluse.goals import EndState, faults
from llmbench_inspect.suites.tooluse.matching import match
from llmbench_inspect.suites.tooluse.reached import met_fault, milestones_met
from llmbench_inspect.suites.tooluse.stage import Stage, StagingError, take_over
from llmbench_inspect.telemetry import ModelCalls

_SHOWN: Final = 10


async def _end(state: TaskState, task: ToolTask) -> EndState:
    stage = state.store_as(Stage)
    # Scored again from a log, a sample has no sandbox any more.
    return stage.end or await take_over(sandbox(), task, stage)


def _limit(state: TaskState) -> str | None:
    """`turns` where the last of them was still a call."""
    return "turns" if state.messages and state.messages[-1].role == "tool" else None


@scorer(
    metrics=[accuracy(), stderr(), ci_wilson(), tier(), shares(), failure_counts(), baselines()], range=(0, 1)
)
def completed() -> Scorer:
    """1 when the end state is what the task asks for, whichever way led there, else 0."""

    async def score(state: TaskState, target: Target) -> Score:  # noqa: ARG001
        task = task_of(state.sample_id)
        try:
            end = await _end(state, task)
        except StagingError as error:
            return Score.unscored(reason="no_world", explanation=str(error))
        answer = state.output.completion
        wrong = faults(task.goal, task.world, end, answer)
        mode = None
        if wrong:
            mode = failure_mode(
                state.messages,
                tools=TOOLS,
                expected=task.calls,
                hit_limit=not state.store_as(Stage).finished,
            )
        return Score(
            value=float(not wrong),
            answer=answer,
            explanation="completed" if not wrong else f"{mode}: {'; '.join(wrong[:_SHOWN])}",
            metadata={"failure_class": mode, "limit": _limit(state), "faults": wrong},
        )

    return score


@scorer(
    metrics={
        "call_accuracy": [shares()],
        "parameters": [shares()],
        "workflow_success": [shares()],
        "recovery": [shares()],
        "restraint": [shares()],
        "spurious_calls": [amounts()],
        "calls_per_completed": [amounts()],
        "tokens_per_completed": [amounts()],
    }
)
def tool_calls() -> Scorer:
    """How the calls were; a measure that says nothing about a sample is NaN there.

    - `call_accuracy`: matched / (matched + missing + spurious) calls; NaN where none was needed or made.
    - `parameters`: the share of right arguments, over the matched calls.
    - `workflow_success`: 1 when all milestones came in their order and the task is complete, else 0.
    - `recovery`: 1 when a task whose fault was met is complete, else 0.
    - `restraint`: 1 when a task that needs no tool was done without any call, else 0.
    - `spurious_calls`: calls that nothing asked for.
    - `calls_per_completed`, `tokens_per_completed`: of the samples that are complete; a token is one that
      the evaluated model read or wrote.
    """

    async def score(state: TaskState, target: Target) -> Score:  # noqa: ARG001
        task = task_of(state.sample_id)
        try:
            end = await _end(state, task)
        except StagingError as error:
            return Score.unscored(reason="no_world", explanation=str(error))
        done = not faults(task.goal, task.world, end, state.output.completion)
        calls = calls_of(state.messages, tools=TOOLS)
        found = match(calls, task.calls)
        every = len(found.matched) + len(found.missing) + len(found.spurious)
        return Score(
            value={
                "call_accuracy": len(found.matched) / every if every else math.nan,
                "parameters": fmean(found.parameters.values()) if found.parameters else math.nan,
                "workflow_success": float(done and milestones_met(task, calls))
                if task.milestones
                else math.nan,
                "recovery": float(done) if met_fault(task, calls, end) else math.nan,
                "restraint": math.nan if task.needs_tools else float(not calls and done),
                "spurious_calls": len(found.spurious),
                "calls_per_completed": len(calls) if done else math.nan,
                "tokens_per_completed": _tokens(state) if done else math.nan,
            },
            metadata={
                "calls": [call.tool for call in calls],
                "missing": [task.calls[place].ways[0].tool for place in found.missing],
                "spurious": [call.tool for call in found.spurious],
                "requests": end.requests,
            },
        )

    return score


def _tokens(state: TaskState) -> float:
    told = state.store_as(ModelCalls).total_tokens
    return math.nan if told is None else float(told)
