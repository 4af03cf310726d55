"""From the parts of an answer to Inspect's output: text, thoughts, calls, counts, durations, why it ended."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, Final, cast
from uuid import uuid4

from inspect_ai.model import (
    ChatCompletionChoice,
    ChatMessageAssistant,
    Content,
    ContentReasoning,
    ContentText,
    ModelOutput,
    ModelUsage,
    StopReason,
)
from inspect_ai.tool import ToolCall
from pydantic import BaseModel

from llmbench_inspect.providers.ollama.textual_calls import calls_in_text
from llmbench_inspect.providers.ollama.wire import CalledTool, ChatPart, PartMessage

_NANOSECONDS: Final = 1e9


class Timings(BaseModel, frozen=True):
    """What the server measured in one call; `None` is "the server does not say"."""

    load_s: float | None = None
    """Loading the model, or finding it loaded, in seconds; waiting for room to load it is in it."""
    prompt_s: float | None = None
    """Reading the prompt, in seconds; what is known of it from a call before is not read again."""
    decode_s: float | None = None
    """Writing the answer, thoughts included, in seconds."""
    total_s: float | None = None
    """The whole call within the server, in seconds."""
    other_s: float | None = None
    """What is left of the whole: above all waiting behind other calls, in seconds."""
    prompt_tokens: int | None = None
    """Tokens of the prompt, tools and template included, cached ones included."""
    cached_tokens: int | None = None
    """Of those, known from a call before."""
    output_tokens: int | None = None
    """Tokens written, thoughts included."""


@dataclass
class Reply:
    """One answer, as far as it has come."""

    text: list[str] = field(default_factory=list[str])
    thoughts: list[str] = field(default_factory=list[str])
    calls: list[CalledTool] = field(default_factory=list[CalledTool])
    last: ChatPart = field(default_factory=ChatPart)
    """The part that ends it."""

    def add(self, part: ChatPart) -> None:
        """Take up a part of the stream."""
        if part.message.thinking:
            self.thoughts.append(part.message.thinking)
        if part.message.content:
            self.text.append(part.message.content)
        self.calls.extend(part.message.tool_calls or [])
        if part.done:
            self.last = part

    @property
    def whole(self) -> ChatPart:
        """What the server would have sent in one piece."""
        message = PartMessage(
            content="".join(self.text),
            thinking="".join(self.thoughts) or None,
            tool_calls=self.calls or None,
        )
        return self.last.model_copy(update={"message": message})

    @property
    def timings(self) -> Timings:
        """What the server measured."""
        last = self.last
        load, prompt = _seconds(last.load_duration), _seconds(last.prompt_eval_duration)
        decode, total = _seconds(last.eval_duration), _seconds(last.total_duration)
        written = last.eval_count
        if written is None and last.prompt_eval_count is not None:
            written = 0  # left out by a server that counted none
        rest = None if total is None else max(total - (load or 0) - (prompt or 0) - (decode or 0), 0.0)
        return Timings(
            load_s=load,
            prompt_s=prompt,
            decode_s=decode,
            total_s=total,
            other_s=rest,
            prompt_tokens=last.prompt_eval_count,
            cached_tokens=last.prompt_eval_cached_count,
            output_tokens=written,
        )


def output_of(
    reply: Reply,
    *,
    model: str,
    tools: Collection[str],
    context_size: int | None,
    answer_limit: int | None,
    error: str | None = None,
) -> ModelOutput:
    """The output of one call.

    Args:
        reply: The answer; all that came of it, where it broke off.
        model: Name of the model.
        tools: Names of the tools that were offered.
        context_size: Tokens of context that the model was loaded with.
        answer_limit: Tokens at which the answer was to end, where there is such a limit.
        error: Why the server could not go on with what the model wrote.

    Returns:
        With `timings`, `context_size` and `done_reason` in its metadata, and `tool_calls_in_text` where the
        model wrote calls into its text.
    """
    text = "".join(reply.text)
    calls = [_tool_call(call) for call in reply.calls]
    timings = reply.timings
    metadata: dict[str, Any] = {
        "timings": timings.model_dump(exclude_none=True),
        "context_size": context_size,
        "done_reason": reply.last.done_reason,
    }
    if tools and not calls and (named := calls_in_text(text, tools)):
        metadata["tool_calls_in_text"] = list(named)
    content: str | list[Content] = text
    if reply.thoughts:
        content = [ContentReasoning(reasoning="".join(reply.thoughts)), ContentText(text=text)]
    return ModelOutput(
        model=model,
        choices=[
            ChatCompletionChoice(
                message=ChatMessageAssistant(
                    content=content, tool_calls=calls or None, model=model, source="generate"
                ),
                stop_reason="unknown" if error else _stop_reason(reply, timings, answer_limit),
            )
        ],
        usage=_usage(timings),
        metadata=metadata,
        error=error,
    )


def _stop_reason(reply: Reply, timings: Timings, answer_limit: int | None) -> StopReason:
    if reply.last.done_reason != "length":
        return "tool_calls" if reply.calls else "stop"
    # Ollama says `length` for both ends.
    at_limit = answer_limit is not None and 0 <= answer_limit <= (timings.output_tokens or 0)
    return "max_tokens" if at_limit else "model_length"


def _usage(timings: Timings) -> ModelUsage | None:
    if timings.prompt_tokens is None or timings.output_tokens is None:
        return None
    cached = min(timings.cached_tokens or 0, timings.prompt_tokens)
    return ModelUsage(
        input_tokens=timings.prompt_tokens - cached,
        input_tokens_cache_read=cached if timings.cached_tokens is not None else None,
        output_tokens=timings.output_tokens,
        total_tokens=timings.prompt_tokens + timings.output_tokens,
    )


def _tool_call(call: CalledTool) -> ToolCall:
    arguments = call.function.arguments
    problem = None
    if isinstance(arguments, str):
        try:
            arguments = json.loads(arguments)
        except (ValueError, RecursionError) as error:
            problem = f"The arguments are no JSON ({error}): {call.function.arguments[:1000]}"
    if problem is None and arguments is not None and not isinstance(arguments, dict):
        problem = f"The arguments are no JSON object: {json.dumps(arguments)[:1000]}"
    return ToolCall(
        id=call.id or f"call_{uuid4().hex[:12]}",
        function=call.function.name,
        arguments=cast("dict[str, Any]", arguments) if isinstance(arguments, dict) else {},
        parse_error=problem,
    )


def _seconds(nanoseconds: int | None) -> float | None:
    return None if nanoseconds is None else nanoseconds / _NANOSECONDS
