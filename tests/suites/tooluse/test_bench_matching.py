"""Expected calls and the calls that were made."""

from __future__ import annotations

from typing import Any

import pytest

from llmbench_inspect.suites.tooluse import Call, ExpectedCall, Way, match
from llmbench_inspect.suites.tooluse.matching import same
from llmbench_inspect.suites.tooluse.templates import steps

URL = "http://127.0.0.1:8080"


def call(tool: str, **arguments: Any) -> Call:
    return Call(tool=tool, arguments=arguments)


@pytest.mark.parametrize(
    ("wanted", "given"),
    [
        ("a.txt", " ./a.txt "),
        ("a.txt", "/sandbox/a.txt"),
        ("notes", "notes/"),
        ("PATCH", "patch"),
        (f"{URL}/orders", "http://localhost:8080/orders/"),
        ({"x": 1}, '{"x": 1}'),
        ({"x": [1, 2]}, {"x": [1.0, 2]}),
        (5, "5"),
        ("5", 5),
        (True, "true"),
    ],
)
def test_writing_makes_no_difference(wanted: Any, given: Any) -> None:
    assert same(wanted, given)


@pytest.mark.parametrize(
    ("wanted", "given"),
    [
        ("a.txt", "b.txt"),
        ("a", None),
        ({"x": 1}, {"x": 1, "y": 2}),
        ([1], [1, 2]),
        (1, True),
        ({"x": 1}, "{" * 9000),
    ],
)
def test_another_meaning_does(wanted: Any, given: Any) -> None:
    assert not same(wanted, given)


def test_calls_are_matched_missing_and_spurious() -> None:
    expected = [steps.read("a.txt"), steps.write("b.txt", "7"), steps.delete("c.txt")]
    found = match(
        [
            call("list_files"),
            call("write_file", path="b.txt", content="8"),
            call("read_file", path="a.txt"),
        ],
        expected,
    )
    assert found.matched.keys() == {0, 1}
    assert found.parameters == {0: 1, 1: 0.5}
    assert found.missing == [2]
    assert [each.tool for each in found.spurious] == ["list_files"]


def test_one_shell_command_may_stand_for_several_calls() -> None:
    expected = [steps.read("in/a.txt"), steps.request("POST", "/orders", {"x": 1})]
    command = f'curl -d "$(cat in/a.txt)" {URL}/orders'
    found = match([call("run_command", command=command)], expected)
    assert (found.missing, found.spurious) == ([], [])


def test_a_call_is_no_answer_to_two_needs() -> None:
    twice = [steps.request("GET", "/orders/3")] * 2
    found = match([call("http_request", method="GET", url=f"{URL}/orders/3")], twice)
    assert found.missing == [1]


def test_a_whole_collection_shows_its_items() -> None:
    found = match(
        [call("http_request", method="GET", url=f"{URL}/orders")], [steps.request("GET", "/orders/3")]
    )
    assert found.parameters == {0: 1}


def test_unreadable_arguments_are_never_right() -> None:
    wanted = ExpectedCall(ways=[Way(tool="list_files")])
    found = match([Call(tool="list_files", arguments={}, malformed=True)], [wanted])
    assert found.parameters == {0: 0}
