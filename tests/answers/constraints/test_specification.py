"""Constraints that cannot be are refused with the place, the reason and what is known."""

from typing import Any

import pytest

from llmbench_inspect.answers.constraints import CONSTRAINTS, read_constraints
from llmbench_inspect.prerequisite import PrerequisiteError


@pytest.mark.parametrize(
    ("one", "said"),
    [
        ({"constraint": "json_key"}, "Did you mean 'json_keys'"),
        ({"constraint": 7}, "'7' is no constraint"),
        ({}, "'None' is no constraint"),
        ({"constraint": "words"}, "give exactly, or at_least, or at_most"),
        ({"constraint": "words", "exactly": 3, "at_most": 4}, "give exactly, or at_least, or at_most"),
        ({"constraint": "words", "at_least": 5, "at_most": 4}, "at_least is more than at_most"),
        ({"constraint": "words", "exactly": "3"}, "exactly: Input should be a valid integer"),
        ({"constraint": "integer", "right": 3}, "right: Extra inputs are not permitted"),
        ({"constraint": "regex", "pattern": "("}, "no regular expression of RE2: missing )"),
        ({"constraint": "regex", "pattern": r"(?=a)"}, "no regular expression of RE2"),
        ({"constraint": "one_of", "values": ["a", "b"], "answer": "c"}, "none of the values"),
        ({"constraint": "iso_date", "answer": "2023-02-29"}, "no date"),
        ({"constraint": "json_keys", "keys": {"a": "text"}}, "keys.a"),
        ({"constraint": "json_keys", "keys": {"a": "string"}, "values": {"b": 1}}, "'b' is not in keys"),
        ({"constraint": "json_keys", "keys": {"a": "string"}, "values": {"a": 1}}, "of another type"),
        ({"constraint": "json_schema", "schema": {"type": "text"}}, "no JSON Schema"),
        ({"constraint": "json_schema", "schema": {"$ref": "https://example.com/a"}}, "not within the schema"),
        ({"constraint": "json_schema", "schema": {"patternProperties": {"(a+)+": {}}}}, "cannot be used"),
        ({"constraint": "json_schema", "schema": {"pattern": "(?<!a)b"}}, "no regular expression of RE2"),
        ({"constraint": "language", "language": "tlh"}, "language: Input should be"),
    ],
)
def test_what_cannot_be_is_refused(one: dict[str, Any], said: str) -> None:
    with pytest.raises(PrerequisiteError) as caught:
        read_constraints([one], where="my.jsonl, line 3")
    message = str(caught.value)
    assert message.startswith("my.jsonl, line 3: ")
    assert said in message
    assert "docs/constraints.md" in message
    if one.get("constraint") not in CONSTRAINTS:
        assert all(code in message for code in CONSTRAINTS)


def test_a_sample_names_at_least_one() -> None:
    with pytest.raises(PrerequisiteError, match="names no constraint"):
        read_constraints([], where="my.jsonl, line 1")
