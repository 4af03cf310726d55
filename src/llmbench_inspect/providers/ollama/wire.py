"""The answers of `/api/chat`, as they come over the wire."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel


class CalledFunction(BaseModel, extra="allow"):
    """Which tool is called, and with what."""

    name: str = ""
    """Name of the tool."""
    arguments: Any = None
    """An object; text from some servers."""


class CalledTool(BaseModel, extra="allow"):
    """One tool call."""

    id: str | None = None
    """Servers before 0.12.10 give none."""
    function: CalledFunction = CalledFunction()
    """What is called."""


class PartMessage(BaseModel, extra="allow"):
    """A piece of the model's message."""

    content: str | None = None
    """Text to append."""
    thinking: str | None = None
    """Thoughts to append."""
    tool_calls: list[CalledTool] | None = None
    """Whole calls."""


class ChatPart(BaseModel, extra="allow"):
    """One line of an answer. Durations are in nanoseconds; a server leaves out what is 0."""

    message: PartMessage = PartMessage()
    """What was written since the last part."""
    done: bool = False
    """Whether this part is the last."""
    done_reason: str | None = None
    """`stop`, `length` or `load`."""
    total_duration: int | None = None
    """The whole call."""
    load_duration: int | None = None
    """Until the model was loaded."""
    prompt_eval_count: int | None = None
    """Tokens of the prompt, cached ones included."""
    prompt_eval_cached_count: int | None = None
    """Of those, known from a call before; only newer servers tell."""
    prompt_eval_duration: int | None = None
    """Reading the prompt."""
    eval_count: int | None = None
    """Tokens written."""
    eval_duration: int | None = None
    """Writing them."""
    error: Any = None
    """Why the server breaks off."""
    status: int | None = None
    """The HTTP status that would have been sent, had the answer not begun."""


class Version(BaseModel):
    """The answer of `/api/version`."""

    version: str
    """Such as `0.33.3`."""


class Refusal(BaseModel):
    """The body of an answer with an HTTP status that says no."""

    error: Any
    """The reason: text, or what a runner behind the server said, as an object or as JSON in text."""
