"""BFCL's functions as tools that a model can be offered: names and types as JSON Schema knows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

from inspect_ai.tool import Tool, ToolDef, ToolParams
from inspect_ai.util import JSONSchema

_TYPES: Final[Mapping[str, Literal["string", "integer", "number", "boolean", "array", "object"]]] = {
    "string": "string",
    "integer": "integer",
    "float": "number",
    "boolean": "boolean",
    "array": "array",
    "tuple": "array",
    "dict": "object",
    "any": "string",
}


def tool_name(function: str) -> str:
    """The name that a function is offered under: providers take no full stop, BFCL writes `_` for it."""
    return function.replace(".", "_")


def as_tools(functions: Sequence[Mapping[str, Any]]) -> list[Tool]:
    """Tools to be offered; they are never run."""
    return [_tool(function) for function in functions]


def _tool(function: Mapping[str, Any]) -> Tool:
    async def execute(**_: Any) -> str:
        raise NotImplementedError("BFCL's functions are only described")

    parameters = function["parameters"]
    return ToolDef(
        execute,
        name=tool_name(function["name"]),
        description=function["description"],
        parameters=ToolParams(
            properties={name: _parameter(name, value) for name, value in parameters["properties"].items()},
            required=parameters["required"],
        ),
    ).as_tool()


def _parameter(name: str, described: Mapping[str, Any]) -> JSONSchema:
    # Inspect insists on a description; some here have none.
    return _schema({"description": name} | {key: value for key, value in described.items() if value != ""})


def _schema(described: Mapping[str, Any]) -> JSONSchema:
    properties = described.get("properties")
    items = described.get("items")
    return JSONSchema(
        type=_TYPES[described["type"]],
        description=described.get("description"),
        default=described.get("default"),
        enum=described.get("enum"),
        items=_schema(items) if items else None,
        properties={name: _schema(value) for name, value in properties.items()} if properties else None,
        required=described.get("required"),
    )
