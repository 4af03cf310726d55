"""The calls that a model made, and what came back for each."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from inspect_ai.model import ChatMessage, ChatMessageTool

from llmbench_inspect.suites.tooluse.written_calls import UNREAD

# How tools tell what is no error of their own: a reply of a server, a command that ended badly.
_REFUSED: Final = re.compile(r"\AHTTP [45]\d\d|^Exit status (?!0\b)\d+\.?\s*\Z", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call of a tool."""

    tool: str
    """Name of the tool, which may not exist."""
    arguments: Mapping[str, Any]
    """Arguments by name, as they were read."""
    malformed: bool = False
    """Whether the arguments could not be read, or were not of the tool's shape."""
    failed: bool = False
    """Whether an error came back: the tool's own, a server's status of 400 or more, or an exit status."""
    answered: bool = True
    """Whether anything came back; nothing does where a limit ended the sample."""

    @property
    def key(self) -> str:
        """Equal for calls of one tool with equal arguments."""
        return f"{self.tool} {json.dumps(self.arguments, sort_keys=True, default=str)}"


def calls_of(messages: Sequence[ChatMessage], *, tools: Sequence[str]) -> list[Call]:
    """The calls in a conversation, in order.

    Args:
        messages: The conversation.
        tools: Names of the tools on offer.
    """
    results = {message.tool_call_id: message for message in messages if isinstance(message, ChatMessageTool)}
    calls: list[Call] = []
    for message in messages:
        for call in (message.tool_calls or []) if message.role == "assistant" else []:
            result = results.get(call.id)
            error = result.error if result else None
            unread = call.parse_error is not None or (error is not None and error.type == "parsing")
            calls.append(
                Call(
                    tool=call.function,
                    arguments=call.arguments,
                    malformed=unread and (call.function in tools or call.function == UNREAD),
                    failed=error is not None or (result is not None and bool(_REFUSED.search(result.text))),
                    answered=result is not None,
                )
            )
    return calls
