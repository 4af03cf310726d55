"""Who works on a task of `tool_bench`: the model, or in its place an oracle or one of two baselines."""

from __future__ import annotations

from typing import Any, Final, Literal

from inspect_ai.agent import AgentState
from inspect_ai.model import execute_tools
from inspect_ai.solver import Generate, Solver, TaskState, solver
from inspect_ai.util import sandbox

from llmbench_inspect.answers import was_cut_off
from llmbench_inspect.suites.tooluse.bench_dataset import task_of
from llmbench_inspect.suites.tooluse.bench_tools import TOOLS, bench_tools
from llmbench_inspect.suites.tooluse.played import played_turn
from llmbench_inspect.suites.tooluse.stage import Stage, set_up
from llmbench_inspect.suites.tooluse.transport import Transport, model_over

Player = Literal["model", "oracle", "does_nothing", "calls_every_tool"]
"""Who works on the tasks."""

MOST_TURNS: Final = 20
"""Turns that the model has for a task."""


@solver
def stage_world() -> Solver:
    """Set up the task's world in the sample's sandbox."""

    async def solve(state: TaskState, generate: Generate) -> TaskState:  # noqa: ARG001
        await set_up(sandbox(), task_of(state.sample_id).world, state.store_as(Stage))
        return state

    return solve


@solver
def tool_user(transport: Transport = "native") -> Solver:
    """The model in a loop over tools, until it calls none any more or its turns are used up.

    Args:
        transport: How calls travel.
    """

    async def solve(state: TaskState, generate: Generate) -> TaskState:  # noqa: ARG001
        tools = bench_tools(task_of(state.sample_id).world.environment)
        model, stage = model_over(transport), state.store_as(Stage)
        for _ in range(MOST_TURNS):
            turn = await model(AgentState(messages=state.messages), tools)
            state.messages, state.output = turn.messages, turn.output
            if not turn.output.message.tool_calls:
                stage.finished = not was_cut_off(state.output)
                break
            answered = await execute_tools(state.messages, tools)
            state.messages = [*state.messages, *answered.messages]
        return state

    return solve


@solver
def played(player: Player) -> Solver:
    """Calls that no model made.

    Args:
        player: `oracle` makes the calls that are known to be right, and answers; `does_nothing` ends at
            once; `calls_every_tool` calls each tool once, with no arguments.
    """

    async def solve(state: TaskState, generate: Generate) -> TaskState:  # noqa: ARG001
        task, stage = task_of(state.sample_id), state.store_as(Stage)
        tools = bench_tools(task.world.environment)
        steps: list[tuple[str, dict[str, Any]]] = []
        if player == "oracle":
            steps = [(call.ways[0].tool, call.ways[0].arguments) for call in task.calls]
        elif player == "calls_every_tool":
            steps = [(name, {}) for name in TOOLS]
        for step in steps:
            state.messages.append(played_turn([step]).message)
            state.messages += (await execute_tools(state.messages, tools)).messages
        state.output = played_turn(text=task.final if player == "oracle" else "")
        state.messages.append(state.output.message)
        stage.finished = True
        return state

    return solve
