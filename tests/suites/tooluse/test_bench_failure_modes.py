"""Failure modes, as a conversation shows them."""

from __future__ import annotations

from typing import Any

import pytest
from inspect_ai.model import ChatMessage, ChatMessageAssistant, ChatMessageTool, ChatMessageUser
from inspect_ai.tool import ToolCall, ToolCallError

from llmbench_inspect.suites.tooluse import FAILURE_MODES, ExpectedCall, Way, failure_mode

TOOLS = ["read_file", "write_file", "run_command"]
READ = ExpectedCall(
    ways=[
        Way(tool="read_file", arguments={"path": "a.txt"}),
        Way(tool="run_command", mentions={"command": ["a.txt"]}),
    ]
)
WRITE = ExpectedCall(ways=[Way(tool="write_file", arguments={"path": "b.txt", "content": "7"})])


def called(
    tool: str,
    arguments: dict[str, Any],
    *,
    error: ToolCallError | None = None,
    text: str = "ok",
    parse_error: str | None = None,
) -> list[ChatMessage]:
    call = ToolCall(id=f"{tool}{arguments}", function=tool, arguments=arguments, parse_error=parse_error)
    return [
        ChatMessageAssistant(content="", tool_calls=[call]),
        ChatMessageTool(content=text, tool_call_id=call.id, function=tool, error=error),
    ]


def said(text: str) -> list[ChatMessage]:
    return [ChatMessageAssistant(content=text)]


READ_A = called("read_file", {"path": "./a.txt"})
WRITE_B = called("write_file", {"path": "/sandbox/b.txt", "content": "7\n"})
MISSING = ToolCallError("file_not_found", "There is no file c.txt.")
NO_TOOL = ToolCallError("parsing", "Tool open_file not found")


@pytest.mark.parametrize(
    ("turns", "mode"),
    [
        (said("I cannot do that."), "no_call"),
        (READ_A + said("Done."), "no_call"),
        (said('{"name": "read_file", "arguments": {"path": "a.txt"}}'), "call_as_text"),
        (said("```bash\ncat a.txt\n```"), "call_as_text"),
        (said("<tool_call>\nread a.txt"), "call_as_text"),
        (READ_A + said('write_file(path="b.txt", content="7")'), "call_as_text"),
        (said("You could use `read_file` for that."), "no_call"),
        (called("open_file", {"path": "a.txt"}, error=NO_TOOL) + said("Hm."), "hallucinated_tool"),
        (called("read_file", {}, parse_error="no JSON") + said("Hm."), "malformed_arguments"),
        (READ_A + called("write_file", {"path": "b.txt", "content": "8"}) + said("Done."), "wrong_argument"),
        (
            called("read_file", {"path": "c.txt"}, error=MISSING) + said("There is none."),
            "gave_up_after_error",
        ),
        (READ_A + called("run_command", {"command": "echo 7"}) + said("Done."), "wrong_tool"),
        (READ_A + WRITE_B + called("run_command", {"command": "rm -r d"}) + said("Done."), "spurious_call"),
        (READ_A + WRITE_B + said("Done."), "wrong_result"),
        (called("read_file", {"path": "c.txt"}) * 3, "loop"),
        (called("run_command", {"command": "cat a.txt"}) + WRITE_B + said("Done."), "wrong_result"),
    ],
)
def test_a_conversation_has_one_mode(turns: list[ChatMessage], mode: str) -> None:
    messages = [ChatMessageUser(content="Do it."), *turns]
    assert failure_mode(messages, tools=TOOLS, expected=[READ, WRITE]) == mode
    assert mode in FAILURE_MODES


def test_a_limit_goes_before_what_was_left_undone() -> None:
    assert failure_mode(READ_A, tools=TOOLS, expected=[READ, WRITE], hit_limit=True) == "limit"


def test_where_no_tool_is_needed_every_call_is_spurious() -> None:
    assert failure_mode(READ_A + said("4"), tools=TOOLS, expected=[]) == "spurious_call"
    assert failure_mode(said("4"), tools=TOOLS, expected=[]) == "wrong_result"
