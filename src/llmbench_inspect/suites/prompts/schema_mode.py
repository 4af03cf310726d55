"""The provider's JSON-schema mode: the schema of a sample, and whether the provider takes notice of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, cast
from weakref import WeakKeyDictionary

from inspect_ai.model import Model, ModelOutput, ResponseSchema
from inspect_ai.util import JSONSchema

from llmbench_inspect.answers.constraints import Constraint, JsonKeys, JsonSchema
from llmbench_inspect.telemetry import model_event

# Inspect's provider for these sends the schema by a call that its log of requests does not show.
_NOT_IN_LOG: Final = ("grok/",)
# A model's provider sends schemas, or does not, whatever the sample.
_SENDS: Final[WeakKeyDictionary[Model, bool]] = WeakKeyDictionary()


def schema_of(constraints: Sequence[Constraint]) -> dict[str, Any] | None:
    """The schema of the JSON object that constraints ask for; `None` where they ask for none.

    Providers take schemas of objects only, and Inspect hands on no references. The values that an answer must
    have are left out: a schema that held them would give the answer away.
    """
    for constraint in constraints:
        if isinstance(constraint, JsonSchema):
            schema = constraint.json_schema
            if schema.get("type") == "object" and "$ref" not in str(schema):
                return schema
        if isinstance(constraint, JsonKeys):
            return {
                "type": "object",
                "properties": {key: {"type": kind} for key, kind in constraint.keys.items()},
                "required": list(constraint.keys),
                "additionalProperties": False,
            }
    return None


def response_schema(schema: dict[str, Any]) -> ResponseSchema:
    """A schema as Inspect's providers take it."""
    return ResponseSchema(
        name="answer",
        json_schema=JSONSchema.model_validate(schema),
        strict=True if _is_strict(schema) else None,
    )


def sends_schema(model: Model, output: ModelOutput, schema: dict[str, Any]) -> bool | None:
    """Whether the provider of a model puts the schema into its requests.

    Args:
        model: Whom was asked.
        output: What it gave under the schema.
        schema: The schema.

    Returns:
        `None` where no request tells: Inspect logs the first few of a run, or none with
        `--no-log-model-api`.
    """
    if model not in _SENDS:
        event = model_event(output)
        if event is None or event.call is None or str(model).startswith(_NOT_IN_LOG):
            return None
        _SENDS[model] = _holds(event.call.request, set(schema.get("properties", {})))
    return _SENDS[model]


def known_not_to_send(model: Model) -> bool:
    """Whether an earlier request of the model's provider was without its schema."""
    return not _SENDS.get(model, True)


def _holds(value: object, keys: set[str]) -> bool:
    """Whether a request has an object's properties by these names somewhere; no tools are offered here."""
    if isinstance(value, dict):
        mapping = cast("dict[str, object]", value)
        properties = mapping.get("properties")
        if isinstance(properties, dict) and set(cast("dict[str, object]", properties)) == keys:
            return True
        return any(_holds(item, keys) for item in mapping.values())
    if isinstance(value, list):
        return any(_holds(item, keys) for item in cast("list[object]", value))
    return False


def _is_strict(schema: object) -> bool:
    """Whether a schema is one that OpenAI's strict mode takes: all keys required and no others."""
    if isinstance(schema, list):
        return all(map(_is_strict, cast("list[object]", schema)))
    if not isinstance(schema, dict):
        return True
    mapping = cast("dict[str, Any]", schema)
    if mapping.get("type") == "object":
        named = mapping.get("properties", {})
        if mapping.get("additionalProperties") is not False or set(mapping.get("required", [])) != set(named):
            return False
    if mapping.get("type") == "array" and "items" not in mapping:
        return False
    return all(map(_is_strict, mapping.values()))
