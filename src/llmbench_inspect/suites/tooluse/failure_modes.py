"""In which way a sample's calls went wrong: one word, read off its conversation."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final, Literal

from inspect_ai.model import ChatMessage

from llmbench_inspect.answers import code_blocks
from llmbench_inspect.suites.tooluse.calls import Call, calls_of
from llmbench_inspect.suites.tooluse.matching import ExpectedCall, match

FailureMode = Literal[
    "no_call",
    "call_as_text",
    "hallucinated_tool",
    "wrong_tool",
    "wrong_argument",
    "malformed_arguments",
    "spurious_call",
    "gave_up_after_error",
    "loop",
    "limit",
    "wrong_result",
]

FAILURE_MODES: Final[Mapping[FailureMode, str]] = {
    "loop": "the same call, with the same arguments, was made three times or more to no effect",
    "limit": "a limit on messages, tokens or time ended the sample",
    "call_as_text": "a call stands in the answer's text: the intent is right, the transport wrong",
    "no_call": "a call that was needed was not made, and nothing else was tried for it",
    "hallucinated_tool": "a tool was called that does not exist",
    "malformed_arguments": "arguments could not be read, or were not of the tool's shape",
    "gave_up_after_error": "the last call came back with an error, and no other followed",
    "wrong_argument": "the right tool was called with a wrong argument",
    "wrong_tool": "another tool was called in the place of the one that was needed",
    "spurious_call": "a call was made that nothing asked for",
    "wrong_result": "the calls were those that were needed, the answer or what was left behind is wrong",
}
"""What each mode means, in the order in which they are looked for: the first that holds is told."""

_REPEATS: Final = 3
_LONGEST_TEXT: Final = 20_000
_SHELLS: Final = {"bash", "sh", "shell", "console", "zsh"}
_CALL_TAG: Final = re.compile(r"<(?:tool_call|function_call|function=|tool_use|invoke)\b", re.IGNORECASE)


def failure_mode(
    messages: Sequence[ChatMessage],
    *,
    tools: Sequence[str],
    expected: Sequence[ExpectedCall],
    hit_limit: bool = False,
) -> FailureMode:
    """Class a sample that failed.

    Args:
        messages: Its conversation.
        tools: Names of the tools on offer.
        expected: Calls that the task needs; none where it needs no tool.
        hit_limit: Whether a limit ended it.
    """
    calls = calls_of(messages, tools=tools)
    found = match(calls, expected)
    if _loops(calls, expected):
        return "loop"
    if hit_limit:
        return "limit"
    needed = bool(expected) and (bool(found.missing) or not calls)
    if needed and any(is_call_as_text(text, tools) for text in _last_texts(messages)):
        return "call_as_text"
    if not calls:
        return "no_call" if expected else "wrong_result"
    if not expected:
        return "spurious_call"
    return _of_calls(calls, expected, tools)


def _of_calls(calls: Sequence[Call], expected: Sequence[ExpectedCall], tools: Sequence[str]) -> FailureMode:
    found = match(calls, expected)
    unmet = bool(found.missing) or any(share < 1 for share in found.parameters.values())
    if unmet and any(call.tool not in tools and not call.malformed for call in calls):
        return "hallucinated_tool"
    if unmet and any(call.malformed for call in calls):
        return "malformed_arguments"
    if unmet and calls[-1].failed:
        return "gave_up_after_error"
    if any(share < 1 for share in found.parameters.values()):
        return "wrong_argument"
    if found.missing:
        return "wrong_tool" if found.spurious else "no_call"
    return "spurious_call" if found.spurious else "wrong_result"


def is_call_as_text(text: str, tools: Sequence[str]) -> bool:
    """Whether a text holds what should have been a call of one of these tools.

    That is a tool's name before a bracket or as a JSON value, a tag that some models put around
    calls, or a fenced block of shell commands. A name in prose is none.
    """
    text = text[-_LONGEST_TEXT:]
    if _CALL_TAG.search(text) or any(block.language in _SHELLS for block in code_blocks(text)):
        return True
    names = "|".join(map(re.escape, sorted(tools, key=len, reverse=True)))
    return bool(re.search(rf"\b(?:{names})\(|:\s{{0,5}}[\"'](?:{names})[\"']", text)) if names else False


def _last_texts(messages: Sequence[ChatMessage]) -> list[str]:
    """The texts of the model after its last call."""
    texts: list[str] = []
    for message in reversed(messages):
        if message.role == "assistant":
            if message.tool_calls:
                break
            texts.append(message.text)
    return texts


def _loops(calls: Sequence[Call], expected: Sequence[ExpectedCall]) -> bool:
    # A task may need a call several times: one that a server turned away at first.
    counts = Counter(call.key for call in calls)
    return bool(counts) and max(counts.values()) >= max(_REPEATS, 1 + _most_repeats(expected))


def _most_repeats(expected: Sequence[ExpectedCall]) -> int:
    return max(Counter(wanted.model_dump_json() for wanted in expected).values(), default=0)
