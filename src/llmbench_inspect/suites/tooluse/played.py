"""Turns that no model wrote: what baselines and oracles say and call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from inspect_ai.model import ChatCompletionChoice, ChatMessageAssistant, ModelOutput
from inspect_ai.tool import ToolCall


def played_turn(calls: Sequence[tuple[str, Mapping[str, Any]]] = (), text: str = "") -> ModelOutput:
    """An output as a model would have given it, without tokens.

    Args:
        calls: Tools to call, each with its arguments.
        text: What is said beside them.
    """
    message = ChatMessageAssistant(content=text, source="generate")
    message.tool_calls = [
        ToolCall(id=f"{message.id}-{number}", function=name, arguments=dict(arguments))
        for number, (name, arguments) in enumerate(calls, 1)
    ] or None
    return ModelOutput(
        model="none",
        choices=[ChatCompletionChoice(message=message, stop_reason="tool_calls" if calls else "stop")],
    )
