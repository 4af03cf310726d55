"""Generating with a clock beside it: a wrapper of solvers, and a model for agents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from inspect_ai.agent import Agent, AgentState, agent
from inspect_ai.model import (
    ChatMessage,
    GenerateConfig,
    GenerateConfigArgs,
    Model,
    ModelOutput,
    execute_tools,
    get_model,
)
from inspect_ai.solver import Generate, Solver, TaskState, solver
from inspect_ai.tool import Tool, ToolChoice, ToolFunction
from inspect_ai.util import store_as
from typing_extensions import Unpack

from llmbench_inspect.telemetry.attempts import WATCH
from llmbench_inspect.telemetry.calls import ModelCalls
from llmbench_inspect.telemetry.model_event import model_event
from llmbench_inspect.telemetry.watch import Watch

MAX_RETRIES: Final = 5
"""How often a call is tried again unless the user says otherwise: about two minutes of pauses."""
IDLE_SECONDS: Final = 600
"""Silence within a stream after which it is given up and asked for again."""


async def timed_call(
    model: Model,
    messages: Sequence[ChatMessage],
    *,
    tools: Sequence[Tool] = (),
    tool_choice: ToolChoice | None = None,
    config: GenerateConfig | None = None,
) -> ModelOutput:
    """Call a model, streaming where its provider can; times and tokens go into the sample's `ModelCalls`.

    Args:
        model: Whom to ask.
        messages: The conversation.
        tools: What it may call.
        tool_choice: As in `Model.generate`.
        config: Options over the model's own.

    Returns:
        What `Model.generate` returns; what that raises is raised, and accounted for.
    """
    watch = Watch()
    token = WATCH.set(watch)
    output: ModelOutput | None = None
    error: BaseException | None = None
    try:
        output = result = await model.generate(
            list(messages),
            tools=list(tools),
            tool_choice=tool_choice,
            config=config or GenerateConfig(),
            on_stream=watch.on_stream,
        )
    except BaseException as raised:
        error = raised
        raise
    finally:
        WATCH.reset(token)
        kept = store_as(ModelCalls)
        kept.calls = [*kept.calls, watch.call(str(model), output, retries=_retries(output), error=error)]
    return result


def _retries(output: ModelOutput | None) -> int:
    """How often the provider's own client asked again, which only the event of the call tells."""
    event = model_event(output) if output is not None else None
    return (event.retries or 0) if event is not None else 0


@solver
def timed(inner: Solver) -> Solver:
    """A solver with a clock on every call that it makes through the `generate` it is handed.

    Args:
        inner: The solver.
    """

    async def solve(state: TaskState, generate: Generate) -> TaskState:  # noqa: ARG001
        return await inner(state, _generate)

    return solve


@agent
def timed_model() -> Agent:
    """The model in use, for `react(model=)`, with a clock on every call."""

    async def execute(state: AgentState, tools: list[Tool]) -> AgentState:
        state.output = await timed_call(get_model(), state.messages, tools=tools)
        state.messages.append(state.output.message)
        return state

    return execute


async def _generate(
    state: TaskState,
    tool_calls: Literal["loop", "single", "none"] = "loop",
    **options: Unpack[GenerateConfigArgs],
) -> TaskState:
    """As the `generate` that Inspect hands to solvers."""
    config = GenerateConfig(**options)
    tool_choice = state.tool_choice
    while True:
        state.output = await timed_call(
            get_model(), state.messages, tools=state.tools, tool_choice=tool_choice, config=config
        )
        state.messages.append(state.output.message)
        if state.completed or tool_calls == "none" or not state.output.message.tool_calls:
            return state
        messages, output = await execute_tools(state.messages, state.tools, config.max_tool_output)
        state.messages.extend(messages)
        if output is not None:
            state.output = output
        if state.completed or tool_calls == "single":
            return state
        if isinstance(tool_choice, ToolFunction):
            tool_choice = "auto"
