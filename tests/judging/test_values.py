"""Plain data crosses between the tests and the candidate unchanged, and nothing else becomes plain."""

from __future__ import annotations

import json
from collections import Counter, OrderedDict, defaultdict, namedtuple
from contextlib import suppress
from enum import IntEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmbench_inspect.judging.inside.values import from_json, to_json

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(min_value=1 << 4000, max_value=1 << 4010)
    | st.floats(allow_nan=False)
    | st.complex_numbers(allow_nan=False)
    | st.text()
    | st.binary()
    | st.sampled_from([int, str, list, ValueError])
)
hashables = st.recursive(scalars, lambda inner: st.tuples(inner, inner) | st.frozensets(inner), max_leaves=4)
plain = st.recursive(
    hashables,
    lambda inner: (
        st.lists(inner) | st.tuples(inner, inner) | st.sets(hashables) | st.dictionaries(hashables, inner)
    ),
    max_leaves=12,
)


def _across(value: Any) -> Any:
    things: list[Any] = []

    def reference(thing: Any) -> int:
        things.append(thing)
        return len(things) - 1

    return from_json(json.loads(json.dumps(to_json(value, reference))), lambda number: ("thing", number))


@given(plain)
def test_plain_data_comes_back(value: Any) -> None:
    back = _across(value)
    assert back == value
    assert type(back) is type(value)


class Level(IntEnum):
    LOW = 1


class Equal(int):
    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = int.__hash__


@pytest.mark.parametrize(
    ("value", "as_plain"),
    [
        (Counter("aab"), {"a": 2, "b": 1}),
        (OrderedDict(a=1), {"a": 1}),
        (defaultdict(list, {1: [2]}), {1: [2]}),
        (namedtuple("Point", "x y")(1, 2), (1, 2)),  # noqa: PYI024
        (Level.LOW, 1),
        (Equal(7), 7),
        (bytearray(b"ab"), bytearray(b"ab")),
    ],
)
def test_a_subclass_comes_back_as_what_it_extends(value: Any, as_plain: Any) -> None:
    back = _across(value)
    assert back == as_plain
    assert type(back) is type(as_plain)


@pytest.mark.parametrize(
    "value",
    [map(str, [1, 2]), (str(number) for number in (1, 2)), iter(["1", "2"]), filter(None, ["1", "2"])],
)
def test_an_iterator_comes_back_as_one(value: Any) -> None:
    back = _across(value)
    assert back != ["1", "2"]
    assert list(back) == ["1", "2"]


def test_views_of_a_dictionary_come_back_as_such() -> None:
    table = {1: 2, 3: 2}
    assert _across(table.keys()) == table.keys()
    assert _across(table.items()) == table.items()
    assert sorted(_across(table.values())) == [2, 2]


@pytest.mark.parametrize("value", [object(), len, lambda: 1, Level])
def test_what_is_no_data_comes_back_as_a_reference(value: Any) -> None:
    assert _across(value) == ("thing", 0)
    assert _across([1, value]) == [1, ("thing", 0)]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["kind", "value", "other"]), inner),
    max_leaves=8,
)
kinds = st.sampled_from(
    ["int", "float", "str", "bytes", "type", "dict", "set", "reference", "complex", "eval"]
)


@given(json_values | st.builds(lambda kind, value: {"kind": kind, "value": value}, kinds, json_values))
def test_any_json_is_data_or_refused(value: Any) -> None:
    with suppress(ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        from_json(value, lambda number: number)
