"""End states and answers: what completes a task, and what does not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmbench_inspect.suites.tooluse.goals import Answer, EndState, FileGoal, Goal, faults, is_answer
from llmbench_inspect.suites.tooluse.worlds import Server, Service, World

TOWN = Answer(kind="text", value="Ghent", others=["Pisa", "Jena"])
PATH = Answer(kind="text", value="notes/oak.txt", others=["notes/elm.txt"])


@pytest.mark.parametrize(
    "text",
    [
        "Ghent",
        "ANSWER: Ghent",
        "**ANSWER:** Ghent.",
        "It is ghent.",
        "Pisa? No.\nANSWER: `Ghent`",
        'Answer: "Ghent"',
        "<think>Pisa or Jena?</think>Ghent",
    ],
)
def test_an_answer_may_be_written_in_many_ways(text: str) -> None:
    assert is_answer(text, TOWN)


@pytest.mark.parametrize(
    "text", ["", "Pisa", "Ghent or Pisa", "ANSWER: Ghent, Pisa, Jena", "Ghentish", "done"]
)
def test_hedging_wins_nothing(text: str) -> None:
    assert not is_answer(text, TOWN)


def test_a_path_may_be_written_from_the_work_folder() -> None:
    assert is_answer("ANSWER: ./notes/oak.txt", PATH)
    assert is_answer("/sandbox/notes/oak.txt", PATH)
    assert not is_answer("notes/elm.txt", PATH)
    assert not is_answer("oak.txt", PATH)


def test_numbers_and_impossible() -> None:
    assert is_answer("There are 1,204 of them.\nANSWER: 1204", Answer(kind="number", value="1204"))
    assert not is_answer("ANSWER: 12", Answer(kind="number", value="1204"))
    assert is_answer("ANSWER: IMPOSSIBLE", Answer(kind="impossible"))
    assert not is_answer("ANSWER: done", Answer(kind="impossible"))


@given(st.text(max_size=300))
def test_reading_never_fails(text: str) -> None:
    for wanted in (TOWN, PATH, Answer(kind="number", value="7"), Answer(kind="impossible")):
        assert is_answer(text, wanted) in {True, False}


WORLD = World(
    files={"a.txt": "one\n", "b.json": "{}"},
    services=[Service(path="services/relay"), Service(path="services/worker")],
    server=Server(collections={"orders": [{"id": 1, "version": 3}]}),
)
GOAL = Goal(
    files={"b.json": FileGoal(value={"x": 1}), "c.txt": FileGoal(text="two")},
    stopped=["services/relay"],
    collections={"orders": [{"id": 1, "version": 4}, {"id": 2}]},
)
RIGHT = EndState(
    files={"a.txt": "one", "b.json": '{"x":1}', "c.txt": "two  \n\n"},
    stopped=["services/relay"],
    collections={"orders": [{"id": 1, "version": 7}, {"id": 2}]},
)


def test_a_right_end_has_no_fault() -> None:
    assert faults(GOAL, WORLD, RIGHT, "") == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"files": {**RIGHT.files, "a.txt": "one more"}}, "a.txt was changed"),
        ({"files": {**RIGHT.files, "a.txt": None}}, "a.txt does not exist"),
        ({"files": {**RIGHT.files, "b.json": "{'x': 1}"}}, 'b.json does not hold {"x": 1}'),
        ({"files": {**RIGHT.files, "b.json": "[" * 100_000}}, 'b.json does not hold {"x": 1}'),
        ({"files": {**RIGHT.files, "c.txt": "three"}}, "c.txt has another text"),
        ({"stopped": []}, "the service services/relay still runs"),
        ({"stopped": ["services/relay", "services/worker"]}, "the service services/worker was ended"),
        ({"collections": None}, "the server was ended, or another was put in its place"),
        ({"collections": {"orders": [{"id": 1}]}}, "the items of /orders are not as they should be"),
    ],
)
def test_every_departure_is_a_fault(change: dict[str, object], fault: str) -> None:
    assert faults(GOAL, WORLD, RIGHT.model_copy(update=change), "") == [fault]
