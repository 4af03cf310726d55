"""Constraints of JSON: keys with types, a schema, and JSON within a string of JSON."""

from __future__ import annotations

from collections.abc import Iterator

from typing_extensions import override

from llmbench_inspect.answers.constraints.constraint import Problem, constraint
from llmbench_inspect.answers.constraints.json_text import NotJsonError, TwiceError, parse_json
from llmbench_inspect.answers.constraints.keyed import Keyed, key_problems, type_of


def not_json(error: NotJsonError | TwiceError) -> Problem:
    """The problem that a text is no JSON."""
    if isinstance(error, TwiceError):
        return Problem("extra_key", str(error))
    if error.unfinished:
        return Problem("truncated", f"JSON that ends before it is whole: {error}")
    return Problem("prose" if error.rest else "wrong_type", f"no JSON: {error}")


@constraint(
    code="json_keys",
    name="JSON with keys",
    summary="The answer is one JSON object with just these keys, each of its type.",
)
class JsonKeys(Keyed):
    """The order of keys and the space between them do not count.

    A whole number is a number too. A key that stands twice is one too many.

    Passes, with `{"keys": {"team": "string", "urgent": "boolean"}, "values": {"team": "billing"}}`:

        {"team": "billing", "urgent": false}

    Fails as `fence`, with `{"keys": {"team": "string"}}`:

        ```json
        {"team": "billing"}
        ```

    Fails as `prose`, with `{"keys": {"team": "string"}}`:

        Here is the route: {"team": "billing"}

    Fails as `missing_key`, with `{"keys": {"team": "string", "urgent": "boolean"}}`:

        {"team": "billing"}

    Fails as `extra_key`, with `{"keys": {"team": "string"}}`:

        {"team": "billing", "reason": "an invoice"}

    Fails as `wrong_type`, with `{"keys": {"amount": "number"}}`:

        {"amount": "12.50"}

    Fails as `truncated`, with `{"keys": {"team": "string"}}`:

        {"team": "bill
    """

    @override
    def problems(self, text: str) -> Iterator[Problem]:
        try:
            found = parse_json(text)
        except (NotJsonError, TwiceError) as error:
            yield not_json(error)
            return
        yield from key_problems(found, self.keys, self.values)


@constraint(
    code="json_in_string",
    name="JSON within a string",
    summary="A key of a JSON object holds, as a string, another JSON object with just these keys.",
)
class JsonInString(Keyed):
    r"""Other keys of the outer object are left to other constraints.

    Passes, with `{"key": "payload", "keys": {"id": "integer"}}`:

        {"event": "paid", "payload": "{\"id\": 7}"}

    Fails as `wrong_type`, with `{"key": "payload", "keys": {"id": "integer"}}`:

        {"event": "paid", "payload": {"id": 7}}

    Fails as `missing_key`, with `{"key": "payload", "keys": {"id": "integer"}}`:

        {"event": "paid", "payload": "{}"}
    """

    key: str
    """The key of the outer object."""

    @override
    def problems(self, text: str) -> Iterator[Problem]:
        try:
            outer = parse_json(text)
        except (NotJsonError, TwiceError) as error:
            yield not_json(error)
            return
        if not isinstance(outer, dict):
            yield Problem("wrong_type", f"{type_of(outer)} in the place of an object with keys")
        elif self.key not in outer:
            yield Problem("missing_key", f"no {self.key!r}")
        elif not isinstance(within := outer[self.key], str):
            yield Problem("wrong_type", f"{self.key!r} is {type_of(within)}, not a string of JSON")
        else:
            try:
                found = parse_json(within)
            except (NotJsonError, TwiceError) as error:
                yield Problem("wrong_type", f"{self.key!r} holds no JSON: {error}")
                return
            yield from key_problems(found, self.keys, self.values)
