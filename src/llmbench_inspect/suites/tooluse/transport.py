"""How calls travel between model and tools: by the provider's own interface, or as text of the prompt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Literal

from inspect_ai.agent import Agent, AgentState, agent
from inspect_ai.model import (
    ChatMessage,
    ChatMessageAssistant,
    ChatMessageSystem,
    ChatMessageTool,
    ChatMessageUser,
    ModelOutput,
    get_model,
)
from inspect_ai.tool import Tool, ToolCall, ToolDef, ToolParams

from llmbench_inspect.suites.tooluse.written_calls import RESULT, Style, read_calls, tell_tools, write_call
from llmbench_inspect.telemetry import timed_call, timed_model

Transport = Literal["native", "prompted"]
"""`native`: tools go to the provider, which returns calls. `prompted`: both are text of the conversation."""

_AS_WRITTEN: Final = {"transport": "prompted"}


def model_over(transport: Transport, style: Style = "json") -> Agent:
    """The model in use, for `react(model=)` or a loop of one's own, with a clock on every call.

    Args:
        transport: How calls travel.
        style: How tools and calls are written where they are text.
    """
    return timed_model() if transport == "native" else prompted_model(style)


@agent
def prompted_model(style: Style = "json") -> Agent:
    """The model in use, told of its tools in the prompt; calls are read out of what it writes.

    The conversation that it is handed, and that it returns, holds calls and results as any other does:
    as text only the model sees them. `written_calls` says what is read.

    Args:
        style: How tools are described and calls written.
    """

    async def execute(state: AgentState, tools: list[Tool]) -> AgentState:
        known = {made.name: (made.description, made.parameters) for made in map(ToolDef, tools)}
        asked = as_text(state.messages, tell_tools(known, style), style)
        output = await timed_call(get_model(), asked)
        state.output = _with_calls(output, {name: parameters for name, (_, parameters) in known.items()})
        state.messages.append(state.output.message)
        return state

    return execute


def as_text(messages: Sequence[ChatMessage], told: str, style: Style) -> list[ChatMessage]:
    """A conversation in which calls and results are text.

    Args:
        messages: The conversation.
        told: What the model is told of its tools; goes to the end of the first system message.
        style: How calls that no model wrote, as those of examples, are written.
    """
    written: list[ChatMessage] = []
    results: list[str] = []
    for message in messages:
        if results and not isinstance(message, ChatMessageTool):
            written.append(ChatMessageUser(content="\n".join(results)))
            results = []
        if isinstance(message, ChatMessageTool):
            results.append(_result(message))
        elif isinstance(message, ChatMessageAssistant):
            written.append(_turn(message, style))
        else:
            written.append(message)
    if results:
        written.append(ChatMessageUser(content="\n".join(results)))
    place = next((n for n, message in enumerate(written) if message.role == "system"), None)
    if place is None:
        return [ChatMessageSystem(content=told), *written]
    written[place] = ChatMessageSystem(content=f"{written[place].text}\n\n{told}")
    return written


def _turn(message: ChatMessageAssistant, style: Style) -> ChatMessageAssistant:
    if (message.metadata or {}) | _AS_WRITTEN == (message.metadata or {}):
        return ChatMessageAssistant(content=message.text.split(RESULT, 1)[0].rstrip())
    calls = [write_call(call.function, call.arguments, style) for call in message.tool_calls or []]
    return ChatMessageAssistant(content="\n".join(filter(None, [message.text, *calls])))


def _result(message: ChatMessageTool) -> str:
    text = f"Error: {message.error.message}" if message.error else message.text
    return f'{RESULT} name="{message.function}">\n{text}\n</tool_result>'


def _with_calls(output: ModelOutput, tools: Mapping[str, ToolParams]) -> ModelOutput:
    if not output.choices:
        return output
    message = output.choices[0].message
    calls = [
        ToolCall(
            id=f"{message.id}-{number}",
            function=call.tool,
            arguments=call.arguments,
            parse_error=call.error,
        )
        for number, call in enumerate(read_calls(message.text, tools), 1)
    ]
    changed = message.model_copy(
        update={"tool_calls": calls or None, "metadata": (message.metadata or {}) | _AS_WRITTEN}
    )
    choice = output.choices[0].model_copy(update={"message": changed})
    return output.model_copy(update={"choices": [choice, *output.choices[1:]]})
