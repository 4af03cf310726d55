"""The four ways to put a question: plainly, after two examples, in XML, and with steps to follow."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

from inspect_ai.model import (
    ChatMessage,
    ChatMessageAssistant,
    ChatMessageSystem,
    ChatMessageTool,
    ChatMessageUser,
)
from inspect_ai.tool import ToolCall, ToolDef

from llmbench_inspect.suites.tooluse.deep_dive.questions import Question
from llmbench_inspect.suites.tooluse.deep_dive.tools import machine_tools
from llmbench_inspect.suites.tooluse.transport import Transport
from llmbench_inspect.suites.tooluse.written_calls import tools_as_xml

Variant = Literal["plain", "few_shot", "xml", "step_by_step"]

_SYSTEM: Final = (
    "You work on a Linux machine through tools. Find out what is asked by calling them; do not guess. "
    "Paths are relative to the work folder."
)
_FORM: Final = "When you know it, end your answer with a line of this form:\nANSWER: {form}"
_STEPS: Final = (
    "Work step by step:\n"
    "1. Say in one sentence what has to be found out.\n"
    "2. Choose the tool that tells it, and its arguments.\n"
    "3. Call it, and read its result.\n"
    "4. Where something is still open, go back to step 1.\n"
    "5. Give the answer only when the results of your calls show it."
)
_XML: Final = "<task>\n<question>{question}</question>\n<answer_form>ANSWER: {form}</answer_form>\n</task>"
_XML_RULES: Final = (
    "Answer the <question> with the help of the tools. When you know the answer, end with a line as in "
    "<answer_form>."
)

_EXAMPLES: Final[
    Sequence[tuple[str, str, Sequence[tuple[str, Mapping[str, Any], Mapping[str, Any]]], str]]
] = (
    (
        "How many bytes do the files in the folder data/archive take in all?",
        "NUMBER",
        [("disk_usage", {"path": "data/archive"}, {"path": "data/archive", "files": 12, "bytes": 48213})],
        "48213",
    ),
    (
        "Which of the ports 8081 and 8082 of the host 127.0.0.1 accept TCP connections?",
        "PORT, ...",
        [
            (
                "tcp_connect",
                {"host": "127.0.0.1", "port": 8081},
                {"host": "127.0.0.1", "port": 8081, "reachable": False, "reason": "Connection refused"},
            ),
            (
                "tcp_connect",
                {"host": "127.0.0.1", "port": 8082},
                {"host": "127.0.0.1", "port": 8082, "reachable": True},
            ),
        ],
        "8082",
    ),
)


def conversation(question: Question, variant: Variant, transport: Transport) -> list[ChatMessage]:
    """What a model is told before its first turn.

    Args:
        question: The question.
        variant: How it is put.
        transport: Where tools are told in the prompt anyhow, `xml` does not tell them again.
    """
    system = _SYSTEM
    if variant == "step_by_step":
        system += f"\n\n{_STEPS}"
    if variant == "xml":
        system += f"\n\n{_XML_RULES}"
        if transport == "native":
            tools = {made.name: (made.description, made.parameters) for made in map(ToolDef, machine_tools())}
            system += f" These are the tools:\n{tools_as_xml(tools)}"
    examples = _examples() if variant == "few_shot" else []
    return [ChatMessageSystem(content=system), *examples, ChatMessageUser(content=_asked(question, variant))]


def _asked(question: Question, variant: Variant) -> str:
    if variant == "xml":
        return _XML.format(question=question.text, form=question.form)
    return f"{question.text}\n\n{_FORM.format(form=question.form)}"


def _examples() -> list[ChatMessage]:
    turns: list[ChatMessage] = []
    for number, (text, form, calls, answer) in enumerate(_EXAMPLES, 1):
        made = [
            ToolCall(id=f"example{number}{place}", function=name, arguments=dict(arguments))
            for place, (name, arguments, _) in enumerate(calls, 1)
        ]
        turns += [
            ChatMessageUser(content=f"{text}\n\n{_FORM.format(form=form)}"),
            ChatMessageAssistant(content="", tool_calls=made),
            *(
                ChatMessageTool(content=json.dumps(result), tool_call_id=call.id, function=name)
                for call, (name, _, result) in zip(made, calls, strict=True)
            ),
            ChatMessageAssistant(content=f"ANSWER: {answer}"),
        ]
    return turns
