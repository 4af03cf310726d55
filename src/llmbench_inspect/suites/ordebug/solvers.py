"""Who repairs a model: the evaluated one, or in its place an oracle or one of two baselines."""

from __future__ import annotations

from typing import Any, Final, Literal

from inspect_ai.agent import Agent, AgentState
from inspect_ai.model import (
    ChatCompletionChoice,
    ChatMessageAssistant,
    ChatMessageUser,
    ModelOutput,
    execute_tools,
)
from inspect_ai.solver import Generate, Solver, TaskState, solver
from inspect_ai.tool import Tool, ToolCall
from inspect_ai.util import store_as

from llmbench_inspect.suites.ordebug.changes import Change
from llmbench_inspect.suites.ordebug.dataset import problem_of
from llmbench_inspect.suites.ordebug.linear_model import LinearModel
from llmbench_inspect.suites.ordebug.solving import NoAnswerError, find_iis, least_violation
from llmbench_inspect.suites.ordebug.threads import in_thread
from llmbench_inspect.suites.ordebug.tools import repair_tools
from llmbench_inspect.suites.ordebug.work import RepairWork
from llmbench_inspect.telemetry import timed_model

Player = Literal["model", "oracle", "drop_iis", "relax_iis"]
"""Who works on the problems."""

MOST_STEPS: Final = 20
"""Turns for a problem."""
CONTINUE: Final = "You have not called a tool. Call one, or submit if the model is repaired."
_SILENT: Final = 2


@solver
def repairer(max_steps: int = MOST_STEPS, model: Agent | None = None) -> Solver:
    """The model in a loop over tools, until it submits, calls no tool twice in a row, or has no turn left.

    Args:
        max_steps: Most turns.
        model: Takes a turn; the model in use, with its provider's tool calling, unless another is given.
    """
    turns = model or timed_model()

    async def solve(state: TaskState, generate: Generate) -> TaskState:  # noqa: ARG001
        tools, work = repair_tools(problem_of(state)), state.store_as(RepairWork)
        silent = 0
        for step in range(1, max_steps + 1):
            work.steps = step
            turn = await turns(AgentState(messages=state.messages), tools)
            state.messages, state.output = turn.messages, turn.output
            if state.output.message.tool_calls:
                silent = 0
                state.messages = [*state.messages, *(await execute_tools(state.messages, tools)).messages]
            else:
                silent += 1
                if silent == _SILENT:
                    break
                state.messages = [*state.messages, ChatMessageUser(content=CONTINUE)]
            if work.blamed is not None or state.output.stop_reason == "model_length":
                break
        else:
            work.limit = "steps"
        return state

    return solve


@solver
def played(player: Player) -> Solver:
    """Calls that no model made.

    Args:
        player: `oracle` undoes the planted mistake; `drop_iis` drops the first row of the IIS, and
            `relax_iis` loosens it by as little as needed, both again until the model is feasible.
    """

    async def solve(state: TaskState, generate: Generate) -> TaskState:  # noqa: ARG001
        problem = problem_of(state)
        tools = repair_tools(problem)
        if player == "oracle":
            for change in problem.repair:
                await _play(state, tools, change)
            blamed = problem.culprits
        else:
            blamed = await _first_rows(state, tools, player)
        await _play(state, tools, Change("submit", {"blamed": blamed}))
        return state

    return solve


async def _first_rows(state: TaskState, tools: list[Tool], player: Player) -> list[str]:
    problem, work, blamed = problem_of(state), store_as(RepairWork), dict[str, None]()
    while work.steps < MOST_STEPS - 2:
        await _play(state, tools, Change("get_iis", {}))
        model = work.model or problem.model
        try:
            members = await in_thread(find_iis, model)
        except NoAnswerError:
            break
        first = next((name for name in members if name in model.rows), None)
        if first is None:
            break
        change = Change("drop_constraint", {"constraint": first})
        if player == "relax_iis":
            change = await in_thread(_least_change, model, members, first) or change
        await _play(state, tools, change)
        blamed[first] = None
    return list(blamed) or problem.iis[:1]


def _least_change(model: LinearModel, members: tuple[str, ...], name: str) -> Change | None:
    """The least move of a row's right-hand side that makes the IIS feasible; `None` where none does."""
    rows = {key: row for key, row in model.rows.items() if key in members}
    found = least_violation(model.model_copy(update={"rows": rows}), [name])
    if found.status != "optimal":
        return None
    row = rows[name]
    reached = sum(factor * found.values[key] for key, factor in row.terms.items())
    if row.sense == "=":
        return Change("update_rhs", {"constraint": name, "value": reached})
    return Change("relax_constraint", {"constraint": name, "amount": max(abs(row.rhs - reached), 1e-6)})


async def _play(state: TaskState, tools: list[Tool], change: Change) -> None:
    store_as(RepairWork).steps += 1
    state.output = _turn(change.tool, change.arguments)
    state.messages.append(state.output.message)
    state.messages += (await execute_tools(state.messages, tools)).messages


def _turn(tool: str, arguments: dict[str, Any]) -> ModelOutput:
    message = ChatMessageAssistant(content="", source="generate")
    message.tool_calls = [ToolCall(id=f"{message.id}-1", function=tool, arguments=arguments)]
    return ModelOutput(
        model="none", choices=[ChatCompletionChoice(message=message, stop_reason="tool_calls")]
    )
