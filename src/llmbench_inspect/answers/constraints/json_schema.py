"""The constraint of JSON that a schema describes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import islice
from typing import Any, Final, cast

from jsonschema import Draft202012Validator, ValidationError
from jsonschema.exceptions import SchemaError
from jsonschema.protocols import Validator
from jsonschema.validators import extend  # pyright: ignore[reportUnknownVariableType]
from pydantic import Field, JsonValue, field_validator
from referencing import Registry
from referencing.exceptions import Unresolvable
from typing_extensions import override

from llmbench_inspect.answers.constraints.constraint import (
    Constraint,
    FailureClass,
    Problem,
    constraint,
)
from llmbench_inspect.answers.constraints.json_kinds import not_json
from llmbench_inspect.answers.constraints.json_text import NotJsonError, TwiceError, parse_json
from llmbench_inspect.answers.constraints.pattern import compiled

_SHOWN: Final = 5
# They match keys against expressions by backtracking, which a hostile key could draw out for ever.
_REFUSED: Final = ("patternProperties", "propertyNames", "unevaluatedProperties")
_CLASSES: Final[Mapping[str, FailureClass]] = {
    "type": "wrong_type",
    "required": "missing_key",
    "dependentRequired": "missing_key",
    "additionalProperties": "extra_key",
    "minItems": "wrong_count",
    "maxItems": "wrong_count",
    "minProperties": "wrong_count",
    "maxProperties": "wrong_count",
    "minContains": "wrong_count",
    "maxContains": "wrong_count",
    "contains": "wrong_count",
    "uniqueItems": "wrong_count",
}


@constraint(
    code="json_schema", name="JSON Schema", summary="The answer is one JSON value that a JSON Schema allows."
)
class JsonSchema(Constraint):
    """The schema is one of draft 2020-12.

    References are followed within the schema only. `pattern` is an expression of
    [RE2](https://github.com/google/re2/wiki/Syntax), in linear time. `format` asserts nothing.
    `patternProperties`, `propertyNames` and `unevaluatedProperties` are refused.

    Passes, with `{"schema": {"type": "array", "items": {"enum": ["ok", "late"]}, "minItems": 2}}`:

        ["ok", "late"]

    Fails as `wrong_count`, with `{"schema": {"type": "array", "minItems": 2}}`:

        ["ok"]

    Fails as `wrong_value`, with `{"schema": {"enum": ["ok", "late"]}}`:

        "soon"

    Fails as `missing_key`, with `{"schema": {"type": "object", "required": ["id"]}}`:

        {}

    Fails as `extra_key`, with `{"schema": {"type": "object", "additionalProperties": false}}`:

        {"id": 7}

    Fails as `wrong_type`, with `{"schema": {"type": "object"}}`:

        [7]
    """

    json_schema: dict[str, JsonValue] = Field(alias="schema")
    """The schema."""

    @field_validator("json_schema")
    @classmethod
    def _is_schema(cls, schema: dict[str, JsonValue]) -> dict[str, JsonValue]:
        try:
            Draft202012Validator.check_schema(schema)
        except SchemaError as error:
            raise ValueError(f"no JSON Schema: {error.message}") from None
        for key, value in _members(schema):
            if key in _REFUSED:
                raise ValueError(f"{key} cannot be used in a schema here")
            if key in {"$ref", "$dynamicRef"} and not str(value).startswith("#"):
                raise ValueError(f"{key}: {value} is not within the schema; only # and what begins so is")
            if key == "pattern" and isinstance(value, str):
                compiled(value)
        return schema

    @cached_property
    def _validator(self) -> Validator:
        # An empty registry: without one, jsonschema fetches what a reference names.
        return _VALIDATOR(self.json_schema, registry=Registry())

    @override
    def problems(self, text: str) -> Iterator[Problem]:
        try:
            found = parse_json(text)
        except (NotJsonError, TwiceError) as error:
            yield not_json(error)
            return
        try:
            errors: list[Any] = list(islice(self._validator.iter_errors(found), _SHOWN))
        except (RecursionError, Unresolvable) as error:
            yield Problem("wrong_type", f"cannot be held against the schema: {str(error)[:100]}")
            return
        for error in errors:
            yield Problem(
                _CLASSES.get(str(error.validator), "wrong_value"), f"{error.json_path}: {error.message[:200]}"
            )


def _members(schema: JsonValue) -> Iterator[tuple[str, JsonValue]]:
    if isinstance(schema, dict):
        for key, value in schema.items():
            yield key, value
            yield from _members(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _members(value)


def _pattern(_: Validator, pattern: str, found: object, __: object) -> Iterator[ValidationError]:
    if isinstance(found, str) and compiled(pattern).search(found) is None:
        yield ValidationError(f"{found[:100]!r} does not match {pattern!r}")


def _unique(_: Validator, wanted: bool, found: object, __: object) -> Iterator[ValidationError]:
    """In linear time, where jsonschema compares each with each."""
    if wanted and isinstance(found, list):
        items = cast("list[JsonValue]", found)
        if len({json.dumps(item, sort_keys=True) for item in items}) < len(items):
            yield ValidationError("has an item twice")


_VALIDATOR: Final = cast(
    "type[Validator]", extend(Draft202012Validator, {"pattern": _pattern, "uniqueItems": _unique})
)
