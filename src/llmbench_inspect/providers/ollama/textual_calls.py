"""Tool calls that a model wrote as text where the server's own calls should be: found, never carried out."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from typing import Any, Final, cast

_MARKS: Final = re.compile(
    r"<tool_call>|<function=|<function_call>|<invoke name=|<\|tool_call|<\uff5ctool\u2581call"
    r"|\[TOOL_CALLS\]|<\|python_tag\|>|```tool_c"
)
_LENGTH: Final = 100_000
_TRIES: Final = 200
_DECODER: Final = json.JSONDecoder()
UNKNOWN: Final = "unknown"


def calls_in_text(text: str, tools: Collection[str]) -> tuple[str, ...]:
    """The tools that a text calls.

    Args:
        text: The answer; its first 100,000 characters are read.
        tools: Names of the tools that were offered.

    Returns:
        Names in the order of their calls: of JSON objects with a name and arguments, and of lines that are
        nothing but a call. `unknown` alone, where a model's marks of a call enclose none that can be read.
    """
    text = text[:_LENGTH]
    found = [*_json_calls(text, tools), *_line_calls(text, tools)]
    if not found and _MARKS.search(text):
        return (UNKNOWN,)
    return tuple(name for _, name in sorted(found))


def _json_calls(text: str, tools: Collection[str]) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    start = text.find("{")
    for _ in range(_TRIES):
        if start < 0:
            break
        end = start + 1
        try:
            value, end = _DECODER.raw_decode(text, start)
        except (ValueError, RecursionError):
            value = None
        if (name := _called(value, tools)) is not None:
            found.append((start, name))
        elif value is not None:
            end = start + 1
        start = text.find("{", end)
    return found


def _called(value: Any, tools: Collection[str]) -> str | None:
    if not isinstance(value, dict):
        return None
    outer = cast("dict[str, Any]", value)
    inner = outer.get("function")
    call = cast("dict[str, Any]", inner) if isinstance(inner, dict) else outer
    name = call.get("name") or call.get("function") or call.get("tool") or call.get("tool_name")
    has_arguments = any(key in call for key in ("arguments", "parameters", "args", "input"))
    return name if isinstance(name, str) and name in tools and has_arguments else None


def _line_calls(text: str, tools: Collection[str]) -> list[tuple[int, str]]:
    if not tools:
        return []
    names = "|".join(re.escape(name) for name in sorted(tools))
    line = re.compile(rf"^[ \t]*`{{0,3}}({names})\([^\n]*\)[ \t]*;?`{{0,3}}[ \t]*$", re.MULTILINE)
    return [(match.start(), match[1]) for match in line.finditer(text)]
