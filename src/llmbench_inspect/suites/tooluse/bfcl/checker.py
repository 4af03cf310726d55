"""Whether calls are among those that BFCL accepts, as its own checker judges them.

The rules are those of `ast_checker` in the package `bfcl-eval` 2026.3.23, for Python: also where they are
stranger than one would make them, so that scores can be laid beside published ones.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, cast

Problem = Literal[
    "wrong_count",
    "wrong_function",
    "missing_parameter",
    "unexpected_parameter",
    "wrong_type",
    "wrong_value",
]

Json = Any
"""A value as it is read from JSON."""

_TYPES: Final[Mapping[str, type]] = {
    "string": str,
    "integer": int,
    "float": float,
    "boolean": bool,
    "array": list,
    "tuple": list,
    "dict": dict,
    "any": str,
}
_LISTS: Final = ("array", "tuple")
_IGNORED: Final = re.compile(r"[ ,./\-_*^]")
_OPTIONAL: Final = ""
"""Among the accepted values of a parameter: it may be left out."""


@dataclass(frozen=True)
class Call:
    """One call of a function."""

    function: str
    arguments: Mapping[str, Json]


@dataclass(frozen=True)
class Fault:
    """Why calls are not accepted."""

    problem: Problem
    detail: str


def fault(
    calls: Sequence[Call], functions: Sequence[Json], accepted: Sequence[Json], *, one_function: bool
) -> Fault | None:
    """The first fault of the calls that answer a question; `None` where they are accepted.

    Each accepted call takes the first call that fits it and is still free, in whatever order they came.

    Args:
        calls: What the model called.
        functions: The functions it was offered, as BFCL describes them.
        accepted: For each call that is needed, its function and the accepted values of each parameter.
        one_function: Whether the first function is meant, whatever the name in `accepted`.
    """
    if len(calls) != len(accepted):
        return Fault("wrong_count", f"{len(calls)} calls, {len(accepted)} are needed")
    described = {function["name"]: function for function in reversed(functions)}
    free = list(calls)
    for needed in accepted:
        name, values = next(iter(needed.items()))
        function = functions[0] if one_function else described[name]
        faults: list[Fault] = []
        for index, call in enumerate(free):
            found = _fault_of_call(call, function, values)
            if found is None:
                del free[index]
                break
            faults.append(found)
        else:
            same = [f for f, call in zip(faults, free, strict=True) if call.function == function["name"]]
            return (same or faults)[0]
    return None


def _fault_of_call(call: Call, function: Json, accepted: Mapping[str, Json]) -> Fault | None:
    described = function["parameters"]["properties"]
    if call.function != function["name"]:
        return Fault("wrong_function", f"{call.function}, not {function['name']}")
    for name in function["parameters"]["required"]:
        if name not in call.arguments:
            return Fault("missing_parameter", f"{call.function} needs {name}")
    for name, value in call.arguments.items():
        if name not in described or name not in accepted:
            return Fault("unexpected_parameter", f"{call.function} is to be called without {name}")
        if problem := _problem(value, described[name], accepted[name]):
            return Fault(problem, f"{call.function}: {name}={_short(value)}, not {_short(accepted[name])}")
    for name, values in accepted.items():
        if name not in call.arguments and _OPTIONAL not in values:
            return Fault("missing_parameter", f"{call.function} is to be called with {name}")
    return None


def _problem(value: Json, described: Json, accepted: Sequence[Json]) -> Problem | None:
    declared = described["type"]
    wanted = _TYPES[declared]
    inner = _TYPES[described["items"]["type"]] if declared in _LISTS else None
    if declared == "float" and type(value) is int:
        try:
            value = float(value)
        except OverflowError:
            return "wrong_value"
    given = _type_of_first(accepted)
    # A value of another type than declared stands for a variable, and is compared as it is.
    literal = given is not None and given is not wanted
    if type(value) is wanted:
        if inner is not None and not _items_fit(cast("list[Json]", value), inner, accepted):
            return "wrong_type"
    elif given is not None and type(value) is given:
        literal = True
    else:
        return "wrong_type"
    if literal:
        right = value in accepted
    elif wanted is dict:
        right = _dict_is_accepted(value, accepted)
    elif inner is dict:
        right = any(_dicts_are_accepted(cast("list[Json]", value), option) for option in accepted)
    elif wanted is str:
        right = _plain(value) in [_plain(option) for option in accepted if isinstance(option, str)]
    elif wanted is list:
        right = _plain_items(value) in [_plain_items(option) for option in accepted]
    else:
        right = value in accepted
    return None if right else "wrong_value"


def _type_of_first(values: Sequence[Json]) -> type[object] | None:
    return next((cast("type[object]", type(value)) for value in values if value != _OPTIONAL), None)


def _items_fit(items: Sequence[Json], wanted: type, accepted: Sequence[Json]) -> bool:
    """Whether all items have the declared type, or that of the items of one accepted list.

    An option that is no list, as the mark of an optional parameter, lets every type through.
    """
    return any(
        not isinstance(option, list)
        or all(type(item) in {wanted, _type_of_first(cast("list[Json]", option))} for item in items)
        for option in accepted
    )


def _plain(value: Json) -> Json:
    """A text without spaces, punctuation and capitals; anything else as it is."""
    return _IGNORED.sub("", value).lower().replace("'", '"') if isinstance(value, str) else value


def _plain_items(values: Json) -> list[Json]:
    return [_plain(value) for value in cast("list[Json]", values)] if isinstance(values, (list, str)) else []


def _dict_is_accepted(value: Json, accepted: Sequence[Json]) -> bool:
    return any(_keys_are_accepted(value, option) for option in accepted if option != _OPTIONAL)


def _keys_are_accepted(value: Json, option: Json) -> bool:
    if not isinstance(value, dict) or not isinstance(option, dict):
        return False
    given, wanted = cast("dict[str, Json]", value), cast("dict[str, Json]", option)
    right = all(key in wanted and _plain(item) in _plain_items(wanted[key]) for key, item in given.items())
    return right and all(key in given or _is_optional(items) for key, items in wanted.items())


def _is_optional(accepted: Json) -> bool:
    return isinstance(accepted, (list, str)) and _OPTIONAL in accepted


def _dicts_are_accepted(values: Sequence[Json], option: Sequence[Json]) -> bool:
    return len(values) == len(option) and all(
        _dict_is_accepted(value, [wanted]) for value, wanted in zip(values, option, strict=True)
    )


def _short(value: Json, limit: int = 200) -> str:
    text = repr(value)
    return text if len(text) <= limit else f"{text[:limit]}..."
