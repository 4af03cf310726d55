"""Calls of tools in a model's text: how it is told to write them, and how what it wrote is read.

Read are, in this order, and only what stands before a `<tool_result`:

1. Every `<tool_call>`; one that is not closed runs to the next or to the end. It holds JSON or XML,
   whichever was asked for, with or without a fence around it.
2. Where there is no such tag: fenced blocks that hold JSON with a text `name` and `arguments` or
   `parameters`; one object, several, or an array of them.
3. Where there is neither: the same JSON at the beginning of the answer.

A `<tool_call>` that cannot be read is a call with an error. All else is prose. Reasoning in think tags is
left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, cast
from xml.sax.saxutils import escape, quoteattr, unescape

from inspect_ai.tool import ToolParams

from llmbench_inspect.answers import code_blocks
from llmbench_inspect.answers.reasoning import without_reasoning

Style = Literal["json", "xml"]

MAX_READ: Final = 50_000
"""Characters of an answer that are looked at."""
MAX_CALLS: Final = 32
"""Calls that are read out of one answer."""
RESULT: Final = "<tool_result"
UNREAD: Final = "unread"
"""Name of the tool in a call whose name cannot be read."""

_OPEN: Final = re.compile(r"<tool_call\b([^<>]{0,200})>")
_CLOSE: Final = "</tool_call>"
_NAME: Final = re.compile(r"""\bname\s{0,5}=\s{0,5}["']([^"'<>]{1,100})["']""")
_JSON_NAME: Final = re.compile(r"""["']name["']\s{0,5}:\s{0,5}["']([^"'\n]{1,100})["']""")
_ARGUMENT: Final = re.compile(r"""<argument\s{1,5}name\s{0,5}=\s{0,5}["']([^"'<>]{1,100})["']\s{0,5}>""")
_END_OF_ARGUMENT: Final = "</argument>"
_FENCE: Final = re.compile(r"\A```\w{0,10}\n|\n?```\Z")


@dataclass(frozen=True)
class WrittenCall:
    """A call as it was read."""

    tool: str
    arguments: dict[str, Any] = field(default_factory=dict[str, Any])
    error: str | None = None
    """Why it cannot be read; it has no arguments then."""


class _UnreadError(Exception):
    """A call cannot be read; the message says why."""


def tell_tools(tools: Mapping[str, tuple[str, ToolParams]], style: Style) -> str:
    """What a model is told of its tools, and of how to call them.

    Args:
        tools: Description and parameters by name.
        style: How tools are described and calls written.
    """
    if style == "json":
        described = "\n".join(
            json.dumps(
                {
                    "name": name,
                    "description": description,
                    "parameters": parameters.model_dump(exclude_none=True),
                }
            )
            for name, (description, parameters) in tools.items()
        )
        form = '<tool_call>\n{"name": "TOOL", "arguments": {"PARAMETER": VALUE}}\n</tool_call>'
    else:
        described = tools_as_xml(tools)
        form = '<tool_call name="TOOL">\n<argument name="PARAMETER">VALUE</argument>\n</tool_call>'
    return (
        f"You have these tools:\n\n{described}\n\nTo call a tool, write the following, with its name and its "
        f"arguments, and then nothing more:\n\n{form}\n\nWrite several of them to make several calls. "
        f"What the calls give is sent to you in {RESULT}> tags; never write those yourself. Where no "
        "(further) call is needed, answer in words, without any of these tags."
    )


def tools_as_xml(tools: Mapping[str, tuple[str, ToolParams]]) -> str:
    """Descriptions of tools in XML.

    Args:
        tools: Description and parameters by name.
    """
    lines = ["<tools>"]
    for name, (description, parameters) in tools.items():
        lines += [f"<tool name={quoteattr(name)}>", f"<description>{escape(description)}</description>"]
        for parameter, schema in parameters.properties.items():
            required = "yes" if parameter in parameters.required else "no"
            values = f" values={quoteattr(', '.join(map(str, schema.enum)))}" if schema.enum else ""
            lines.append(
                f'<parameter name={quoteattr(parameter)} type="{schema.type or "any"}" '
                f'required="{required}"{values}>{escape(schema.description or "")}</parameter>'
            )
        lines.append("</tool>")
    return "\n".join([*lines, "</tools>"])


def write_call(tool: str, arguments: Mapping[str, Any], style: Style) -> str:
    """A call as the model is told to write it."""
    if style == "json":
        return f"<tool_call>\n{json.dumps({'name': tool, 'arguments': arguments})}\n{_CLOSE}"
    inner = "".join(
        f"<argument name={quoteattr(name)}>"
        f"{escape(value if isinstance(value, str) else json.dumps(value))}{_END_OF_ARGUMENT}\n"
        for name, value in arguments.items()
    )
    return f"<tool_call name={quoteattr(tool)}>\n{inner}{_CLOSE}"


def read_calls(text: str, tools: Mapping[str, ToolParams]) -> list[WrittenCall]:
    """The calls in an answer, by the rules of this module.

    Args:
        text: The answer.
        tools: Parameters by name, which tell how values in XML are meant.
    """
    text = without_reasoning(text[:MAX_READ]).split(RESULT, 1)[0]
    opened = list(_OPEN.finditer(text))
    if opened:
        ends = [*(match.start() for match in opened[1:]), len(text)]
        calls = [
            call
            for match, end in zip(opened[:MAX_CALLS], ends, strict=False)
            for call in _in_tag(match[1], text[match.end() : end].split(_CLOSE, 1)[0], tools)
        ]
    else:
        fenced = [block.text for block in code_blocks(text)] if "```" in text else []
        calls = [call for block in fenced or [text] for call in _bare(block)]
    return calls[:MAX_CALLS]


def _in_tag(attributes: str, inner: str, tools: Mapping[str, ToolParams]) -> list[WrittenCall]:
    inner = _FENCE.sub("", inner.strip()).strip()
    name = _NAME.search(attributes)
    try:
        if inner.startswith(("{", "[")):
            return [_call(value) for value in _values(inner)]
        return [_xml_call(name and name[1], inner, tools)]
    except _UnreadError as error:
        found = name or _JSON_NAME.search(inner[:1000])
        return [WrittenCall(found[1] if found else UNREAD, error=str(error))]


def _bare(text: str) -> list[WrittenCall]:
    text = text.strip()
    if not text.startswith(("{", "[")):
        return []
    try:
        return [_call(value) for value in _values(text)]
    except _UnreadError:
        return []


def _values(text: str) -> list[Any]:
    """JSON values one after the other, those of an array too; what follows them is not looked at."""
    decoder = json.JSONDecoder()
    values: list[Any] = []
    place = 0
    while place < len(text) and text[place] in "{[" and len(values) < MAX_CALLS:
        try:
            value, place = decoder.raw_decode(text, place)
        except (ValueError, RecursionError) as error:
            raise _UnreadError(f"The call is no JSON ({error}).") from error
        values += cast("list[Any]", value) if isinstance(value, list) else [value]
        while place < len(text) and text[place] in " \t\r\n,;":
            place += 1
    return values


def _call(value: Any) -> WrittenCall:
    if not isinstance(value, dict):
        raise _UnreadError("A call has to be a JSON object.")
    fields = cast("dict[str, Any]", value)
    name, arguments = fields.get("name"), fields.get("arguments", fields.get("parameters"))
    if not isinstance(name, str) or not name or ("arguments" not in fields and "parameters" not in fields):
        raise _UnreadError('A call has to have a "name" and "arguments".')
    if isinstance(arguments, str):
        try:
            arguments = json.loads(arguments)
        except (ValueError, RecursionError) as error:
            raise _UnreadError(f"The arguments are no JSON object ({error}).") from error
    if not isinstance(arguments, dict):
        raise _UnreadError("The arguments have to be a JSON object.")
    return WrittenCall(name[:100], cast("dict[str, Any]", arguments))


def _xml_call(name: str | None, inner: str, tools: Mapping[str, ToolParams]) -> WrittenCall:
    if name is None:
        raise _UnreadError("A call has to hold a JSON object, or to name its tool.")
    parameters = tools.get(name)
    arguments: dict[str, Any] = {}
    opened = list(_ARGUMENT.finditer(inner))
    if inner and not opened:
        raise _UnreadError('A call holds nothing but <argument name="..."> elements.')
    ends = [*(match.start() for match in opened[1:]), len(inner)]
    for match, end in zip(opened, ends, strict=False):
        text = unescape(inner[match.end() : end].split(_END_OF_ARGUMENT, 1)[0].strip())
        schema = parameters.properties.get(match[1]) if parameters else None
        arguments[match[1]] = text if schema is None or schema.type == "string" else _typed(text)
    return WrittenCall(name, arguments)


def _typed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
