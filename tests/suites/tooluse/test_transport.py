"""Tools described in the prompt: what the model is told, what of its text is a call, and what is not."""

import json
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inspect_ai import Task
from inspect_ai import eval as inspect_eval
from inspect_ai.agent import react
from inspect_ai.dataset import Sample
from inspect_ai.model import (
    ChatMessage,
    ChatMessageAssistant,
    ChatMessageSystem,
    ChatMessageTool,
    ModelOutput,
    ModelUsage,
    get_model,
)
from inspect_ai.tool import Tool, ToolInfo, ToolParams, tool
from inspect_ai.util import JSONSchema

from llmbench_inspect.suites.tooluse import ExpectedCall, Way, failure_mode, prompted_model
from llmbench_inspect.suites.tooluse.written_calls import (
    MAX_CALLS,
    UNREAD,
    WrittenCall,
    read_calls,
    write_call,
)

PARAMETERS = {
    "look": ToolParams(
        properties={
            "path": JSONSchema(type="string", description="Where."),
            "depth": JSONSchema(type="integer", description="How deep."),
            "options": JSONSchema(type="object", description="How."),
        },
        required=["path"],
    )
}
OTHER = ExpectedCall(ways=[Way(tool="look", arguments={"path": "y"})])
LOOK = WrittenCall("look", {"path": "a b", "depth": 2})
AS_JSON = '{"name": "look", "arguments": {"path": "a b", "depth": 2}}'
AS_PARAMETERS = '{"name": "look", "parameters": {"path": "a b", "depth": 2}}'
AS_XML = (
    '<tool_call name="look">\n<argument name="path">a b</argument>\n<argument name="depth">2</argument>\n'
)

values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def _read(text: str) -> list[WrittenCall]:
    return read_calls(text, PARAMETERS)


@pytest.mark.parametrize(
    "text",
    [
        f"<tool_call>{AS_JSON}</tool_call>",
        f"I shall look.\n<tool_call>\n{AS_JSON}\n</tool_call>\nThen I shall see.",
        f"<tool_call>\n```json\n{AS_JSON}\n```\n</tool_call>",
        f"<tool_call>{AS_PARAMETERS}",
        f"<tool_call>{AS_JSON}}}}}</tool_call>",
        '<tool_call>{"name": "look", "arguments": "{\\"path\\": \\"a b\\", \\"depth\\": 2}"}</tool_call>',
        f"{AS_XML}</tool_call>",
        AS_XML,
        f"```json\n{AS_JSON}\n```",
        f"Like this:\n\n```\n{AS_PARAMETERS}\n```\n\nDone.",
        AS_JSON,
        f"  {AS_JSON}\nThis looks into it.",
        f"[{AS_JSON}]",
        f"<think>Perhaps <tool_call>{{}}</tool_call>?</think><tool_call>{AS_JSON}</tool_call>",
        f'<tool_call>{AS_JSON}</tool_call>\n<tool_result name="look">{AS_JSON}</tool_result>\n{AS_JSON}',
    ],
)
def test_a_call_in_each_writing_that_is_read(text: str) -> None:
    assert _read(text) == [LOOK]


@pytest.mark.parametrize(
    "text",
    [
        f"<tool_call>{AS_JSON}</tool_call><tool_call>{AS_JSON}</tool_call>",
        f"<tool_call>{AS_JSON}<tool_call>{AS_JSON}",
        f"<tool_call>{AS_JSON}\n{AS_JSON}</tool_call>",
        f"[{AS_JSON}, {AS_JSON}]",
        f"```json\n{AS_JSON}\n```\nand\n```json\n{AS_JSON}\n```",
        f"{AS_XML}</tool_call>{AS_XML}</tool_call>",
    ],
)
def test_two_calls(text: str) -> None:
    assert _read(text) == [LOOK, LOOK]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ANSWER: 42",
        "I would call look(path='a b').",
        f"You could write `{AS_JSON}`.",
        '{"path": "a b"}',
        '{"name": "Ada", "born": 1815}',
        '```json\n{"name": "look"}\n```',
        "```python\nlook('a b')\n```",
        f'<tool_result name="look">{AS_JSON}</tool_result>',
        f"<think><tool_call>{AS_JSON}</tool_call></think>ANSWER: 42",
    ],
)
def test_prose_is_no_call(text: str) -> None:
    assert _read(text) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('<tool_call>{"name": "look", "arguments": {"path": }}</tool_call>', "look"),
        ('<tool_call>{"name": "look"}</tool_call>', "look"),
        ('<tool_call>{"name": "look", "arguments": ["a b"]}</tool_call>', "look"),
        ('<tool_call>{"name": "look", "arguments": "a b"}</tool_call>', "look"),
        ('<tool_call name="look">path=a b</tool_call>', "look"),
        ("<tool_call>look a b</tool_call>", UNREAD),
        ("<tool_call>" + "[" * 40_000, UNREAD),
        ("<tool_call>[1]</tool_call>", UNREAD),
    ],
)
def test_a_call_that_cannot_be_read_is_one_with_an_error(text: str, name: str) -> None:
    [call] = _read(text)
    assert (call.tool, call.arguments) == (name, {})
    assert call.error


def test_many_calls_are_not_all_read() -> None:
    assert len(_read(f"<tool_call>{AS_JSON}</tool_call>" * 500)) == MAX_CALLS
    assert len(_read("[" + ",".join([AS_JSON] * 500) + "]")) == MAX_CALLS


@given(arguments=st.dictionaries(st.text(min_size=1, max_size=8), values, max_size=4))
def test_what_is_written_in_json_is_read(arguments: dict[str, Any]) -> None:
    text = write_call("look", arguments, "json")
    if "<tool_" not in json.dumps(arguments) and "</tool_call>" not in json.dumps(arguments):
        assert _read(text) == [WrittenCall("look", json.loads(json.dumps(arguments)))]


@given(
    path=st.text(max_size=30).map(str.strip), depth=st.integers(), options=st.dictionaries(st.text(), values)
)
def test_what_is_written_in_xml_is_read_with_its_types(
    path: str, depth: int, options: dict[str, Any]
) -> None:
    path = " ".join(path.splitlines()).strip()
    arguments: dict[str, Any] = {"path": path, "depth": depth, "options": options}
    assert _read(write_call("look", arguments, "xml")) == [WrittenCall("look", arguments)]


@given(st.text(alphabet='<>/"{}[]:=, \nabt_ool_call nameargumentsresult`', max_size=300))
def test_no_text_breaks_the_reading(text: str) -> None:
    for call in _read(f"<tool_call{text}"):
        assert call.error is None or call.arguments == {}


@tool
def look() -> Tool:
    """A tool that tells what it was asked."""

    async def execute(path: str, depth: int = 1) -> str:
        """Look into a folder.

        Args:
            path: Where to look.
            depth: How deep.
        """
        return f"{path} {depth + 1}"

    return execute


@pytest.mark.parametrize("style", ["json", "xml"])
def test_an_agent_over_text(style: Literal["json", "xml"], tmp_path: Path) -> None:
    seen: list[list[ChatMessage]] = []
    answers = iter(
        [
            write_call("look", {"path": "x<y", "depth": 4}, style),
            "<tool_call>look</tool_call>",
            write_call("sweep", {}, style),
            "It is done.",
        ]
    )

    def answer(messages: list[ChatMessage], tools: list[ToolInfo], *_: Any) -> ModelOutput:
        assert not tools
        seen.append(messages)
        output = ModelOutput.from_content("mockllm/model", next(answers))
        output.usage = ModelUsage(input_tokens=10, output_tokens=10, total_tokens=20)
        return output

    [log] = inspect_eval(
        Task(
            dataset=[Sample(input="Look!")],
            solver=react(model=prompted_model(style), tools=[look()], submit=False),
        ),
        model=get_model("mockllm/model", custom_outputs=answer, memoize=False),
        log_dir=str(tmp_path),
        display="none",
    )
    assert log.status == "success", log.error
    assert log.samples is not None
    [sample] = log.samples
    results = [message for message in sample.messages if isinstance(message, ChatMessageTool)]
    assert [result.function for result in results] == ["look", UNREAD, "sweep"]
    assert failure_mode(sample.messages, tools=["look"], expected=[OTHER]) == "hallucinated_tool"
    assert failure_mode(sample.messages[:6], tools=["look"], expected=[OTHER]) == "malformed_arguments"
    assert results[0].text == "x<y 5"
    assert results[1].error is not None
    assert results[2].error is not None
    assert isinstance(seen[0][0], ChatMessageSystem)
    assert all(word in seen[0][0].text for word in ("look", "Where to look.", "depth", "<tool_call"))
    roles = [message.role for message in seen[-1]]
    assert roles == ["system", "user", *["assistant", "user"] * 3]
    assert '<tool_result name="look">\nx<y 5\n</tool_result>' in seen[-1][3].text
    assert all(
        not isinstance(message, ChatMessageAssistant) or not message.tool_calls for message in seen[-1]
    )
    assert sample.store["ModelCalls:calls"]
