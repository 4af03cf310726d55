"""What constraints on keys share: types and values, in an object of JSON or a mapping of YAML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, Literal, Self, cast

from pydantic import Field, JsonValue, model_validator

from llmbench_inspect.answers.constraints.constraint import Constraint, Problem

KeyType = Literal["string", "integer", "number", "boolean", "array", "object", "null"]
"""What stands at a key, in the words of JSON Schema."""

_TYPES: Final[Mapping[type, KeyType]] = {
    str: "string",
    int: "integer",
    float: "number",
    bool: "boolean",
    list: "array",
    dict: "object",
    type(None): "null",
}


class Keyed(Constraint):
    """A constraint on keys; its subclasses say of what."""

    keys: dict[str, KeyType] = Field(min_length=1)
    """All keys, each with the type of its value: string, integer, number, boolean, array, object or null."""
    values: dict[str, JsonValue] = Field(default_factory=dict)
    """The values that some of the keys must have."""

    @model_validator(mode="after")
    def _values_have_keys(self) -> Self:
        for key, value in self.values.items():
            if key not in self.keys or not is_of(value, self.keys[key]):
                raise ValueError(f"values: {key!r} is not in keys, or of another type there")
        return self


def key_problems(
    found: object, keys: Mapping[str, KeyType], values: Mapping[str, JsonValue]
) -> Iterator[Problem]:
    """Where what was found has not just these keys, each of its type, and some with their value.

    Args:
        found: What the answer is.
        keys: All keys, with their types.
        values: The values that some of them must have.
    """
    if not isinstance(found, dict):
        yield Problem("wrong_type", f"{type_of(found)} in the place of an object with keys")
        return
    mapping = cast("dict[object, object]", found)
    for key, wanted in keys.items():
        if key not in mapping:
            yield Problem("missing_key", f"no {key!r}")
        elif not is_of(mapping[key], wanted):
            yield Problem("wrong_type", f"{key!r} is {type_of(mapping[key])}, not {wanted}")
        elif key in values and not same(mapping[key], values[key]):
            yield Problem("wrong_value", f"{key!r} is {shown(mapping[key])}, not {shown(values[key])}")
    for key in mapping:
        if key not in keys:
            yield Problem("extra_key", f"{shown(key)} was not asked for")


def is_of(value: object, wanted: KeyType) -> bool:
    """Whether a value has a type; a whole number is a number too."""
    found = type_of(value)
    return found == wanted or (found == "integer" and wanted == "number")


def type_of(value: object) -> str:
    """The type of a value in the words of JSON Schema."""
    return _TYPES.get(type(value), type(value).__name__)


def same(found: object, right: JsonValue) -> bool:
    """Whether two values are equal; 1 and `true` are not."""
    return isinstance(found, bool) == isinstance(right, bool) and found == right


def shown(value: object) -> str:
    """A value as it stands in a message."""
    text = repr(value)
    return text if len(text) <= 100 else text[:100] + "..."
