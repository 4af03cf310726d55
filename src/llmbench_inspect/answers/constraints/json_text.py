"""Strict JSON out of a text that a model wrote, within bounds."""

from __future__ import annotations

import json
from typing import Final, NoReturn

from pydantic import JsonValue

MAX_DEPTH: Final = 50
"""Objects and lists within one another, beyond which a text counts as no JSON."""


class NotJsonError(ValueError):
    """A text is not JSON.

    Args:
        message: Why.
        unfinished: Whether it is the beginning of JSON.
        rest: Whether something stands after the JSON.
    """

    def __init__(self, message: str, *, unfinished: bool = False, rest: bool = False) -> None:
        super().__init__(message)
        self.unfinished = unfinished
        self.rest = rest


class TwiceError(ValueError):
    """An object has a key twice."""


def parse_json(text: str) -> JsonValue:
    """The value that a text is, as RFC 8259 has it: without `NaN`, and no key twice in one object.

    Raises:
        NotJsonError: It is none, or nested deeper than `MAX_DEPTH`.
        TwiceError: A key stands in an object twice.
    """
    try:
        value: JsonValue = _DECODER.decode(text)
    except TwiceError:
        raise
    except json.JSONDecodeError as error:
        at_end = error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated")
        raise NotJsonError(
            f"{error.msg} at character {error.pos}",
            unfinished=at_end and text.lstrip()[:1] in {"{", "["},
            rest=error.msg == "Extra data" and text.lstrip()[:1] in {"{", "["},
        ) from None
    except RecursionError:
        raise NotJsonError("nested too deep") from None
    except ValueError as error:  # a number of thousands of digits
        raise NotJsonError(str(error)) from None
    if _depth(value) > MAX_DEPTH:
        raise NotJsonError(f"nested more than {MAX_DEPTH} deep")
    return value


def json_prefix(text: str, start: int) -> int | None:
    """Where the JSON object or list that begins at `start` ends; `None` where none does."""
    try:
        _, end = json.JSONDecoder().raw_decode(text, start)
    except (ValueError, RecursionError):
        return None
    return end


def _depth(value: JsonValue) -> int:
    depth, level = 0, [value]
    while level:
        depth += 1
        below: list[JsonValue] = []
        for item in level:
            if isinstance(item, dict):
                below.extend(item.values())
            elif isinstance(item, list):
                below.extend(item)
        level = below
    return depth


def _once(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    made: dict[str, JsonValue] = {}
    for key, value in pairs:
        if key in made:
            raise TwiceError(f"the key {key[:100]!r} stands twice in one object")
        made[key] = value
    return made


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


_DECODER: Final = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_no_constant)
