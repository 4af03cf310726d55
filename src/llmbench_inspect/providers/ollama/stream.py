"""An answer's pieces, handed to Inspect's `on_stream` as they come."""

from __future__ import annotations

import json

from inspect_ai.model import StreamReasoningEvent, StreamTextEvent, StreamToolCallEvent

# Private, because Inspect exports the events but not the way to report them, which its own providers use;
# tests/providers/ollama/test_chat.py fails when nothing arrives at a handler.
from inspect_ai.model._stream import (
    model_stream_requested,
    report_model_stream_delta,
    report_model_stream_progress,
    report_model_stream_start,
)

from llmbench_inspect.providers.ollama.wire import ChatPart


def report_start() -> None:
    """Say that an answer begins."""
    report_model_stream_start()


async def report_part(part: ChatPart) -> None:
    """Report one part of an answer: thoughts, text, tool calls, and at the end the count of tokens."""
    if model_stream_requested():
        if part.message.thinking:
            await report_model_stream_delta(StreamReasoningEvent(reasoning=part.message.thinking))
        if part.message.content:
            await report_model_stream_delta(StreamTextEvent(text=part.message.content))
        for call in part.message.tool_calls or []:
            arguments = json.dumps(call.function.arguments)
            await report_model_stream_delta(
                StreamToolCallEvent(id=call.id, function=call.function.name, arguments=arguments)
            )
    report_model_stream_progress(part.eval_count)
