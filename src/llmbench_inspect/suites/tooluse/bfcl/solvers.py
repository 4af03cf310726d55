"""How a model is asked: once, with the functions of the question; what it calls is read and never run."""

from __future__ import annotations

from inspect_ai.agent import AgentState
from inspect_ai.solver import Generate, Solver, TaskState, solver

from llmbench_inspect.suites.tooluse.bfcl.functions import as_tools
from llmbench_inspect.suites.tooluse.transport import Transport, model_over


@solver
def one_turn(transport: Transport = "native") -> Solver:
    """One answer of the model.

    Args:
        transport: `native`, or `prompted`: functions and calls are text.
    """

    async def solve(state: TaskState, generate: Generate) -> TaskState:  # noqa: ARG001
        tools = as_tools(state.metadata["functions"])
        answered = await model_over(transport)(AgentState(messages=state.messages), tools)
        state.messages, state.output = answered.messages, answered.output
        return state

    return solve
