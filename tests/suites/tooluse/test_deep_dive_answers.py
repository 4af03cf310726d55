"""Answers of the deep dive: right ones count in each writing, and a right word among wrong ones does not."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmbench_inspect.suites.tooluse.deep_dive.answers import is_right
from llmbench_inspect.suites.tooluse.deep_dive.probes import Reading
from llmbench_inspect.suites.tooluse.deep_dive.questions import Known, Measured, Question, questions

NUMBER = Known(kind="number", values=["1234"])
PORTS = Known(kind="number", values=["20001", "20002"])
YES = Known(kind="words", values=["yes"], others=["no"])
FOLDER = Known(kind="words", values=["photos"], others=["scans"])
TOKEN = Known(kind="words", values=["r12ab34"])


def _question(answer: Known | Measured) -> Question:
    calls = [call for question in questions() for call in question.calls] if answer.kind == "measured" else []
    return Question(id="x-01", task="disk", text="?", form="X", answer=answer, calls=calls)


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (NUMBER, "ANSWER: 1234"),
        (NUMBER, "answer: 1,234 bytes."),
        (NUMBER, "The 3 files take it.\n\n**ANSWER:** `1234`"),
        (NUMBER, "ANSWER: 7\nNo, wait.\nANSWER: 1234"),
        (NUMBER, "They take 1234 bytes."),
        (PORTS, "ANSWER: 20002, 20001"),
        (PORTS, "ANSWER: 20001 and 20002"),
        (PORTS, "ANSWER: 20001,20002"),
        (NUMBER, "ANSWER: 1234.0"),
        (YES, "ANSWER: Yes."),
        (YES, "ANSWER: yes, it does"),
        (FOLDER, "ANSWER: data/photos"),
        (FOLDER, "ANSWER: /sandbox/data/photos/"),
        (FOLDER, "It is photos."),
        (TOKEN, "ANSWER: request=r12ab34"),
        (TOKEN, 'ANSWER: "R12AB34"'),
        (TOKEN, "<think>ANSWER: r99</think>ANSWER: r12ab34"),
    ],
)
def test_right(answer: Known, text: str) -> None:
    assert is_right(text, _question(answer), [])


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (NUMBER, ""),
        (NUMBER, "ANSWER:"),
        (NUMBER, "ANSWER: 1235"),
        (NUMBER, "ANSWER: 1234 or 1235"),
        (NUMBER, "ANSWER: 1234\nANSWER: 1235"),
        (NUMBER, "There are 3 files of 1234 bytes."),
        (NUMBER, "`disk_usage` tells it."),
        (PORTS, "ANSWER: 20001"),
        (PORTS, "ANSWER: 20001, 20002, 20003"),
        (YES, "ANSWER: no"),
        (YES, "ANSWER: yes or no"),
        (FOLDER, "photos has less than scans"),
        (FOLDER, "ANSWER: scans"),
        (TOKEN, "ANSWER: r12ab3"),
        (TOKEN, "<think>r12ab34</think>"),
    ],
)
def test_wrong(answer: Known, text: str) -> None:
    assert not is_right(text, _question(answer), [])


def _reading(tool: str, result: dict[str, Any], **arguments: Any) -> Reading:
    return Reading(tool=tool, arguments=arguments, result=result)


def _first(task: str, form: str) -> Question:
    return next(question for question in questions() if question.task == task and question.form == form)


@pytest.mark.parametrize(
    ("said", "right"), [("1000", True), ("990", True), ("1120 KiB", True), ("900", False), ("1200", False)]
)
def test_memory_between_and_near_the_readings(said: str, right: bool) -> None:
    question = _first("memory", "NUMBER")
    assert isinstance(question.answer, Measured)
    field = question.answer.fields[0][1]
    unit = question.calls[0].ways[0].arguments["unit"]
    readings = [_reading("memory_info", {field: size}, unit=unit) for size in (1000, 1100)] + [
        _reading("memory_info", {field: 900}, unit="other")
    ]
    assert is_right(f"ANSWER: {said}", question, readings) is right


@pytest.mark.parametrize(
    ("said", "right"),
    [
        ("ada, 2030-01-02", True),
        ("`ada`, 2030-01-02.", True),
        ("User: ada, date: 2030-01-03", True),
        ("2030-01-02, ada", False),
        ("ada", False),
        ("ada, 2030-01-04", False),
        ("ada, 2030-01-02, 5", False),
    ],
)
def test_several_things_in_their_order(said: str, right: bool) -> None:
    question = _first("status", "USER, DATE")
    readings = [
        _reading("current_user", {"user": "ada"}),
        _reading("current_date", {"date": "2030-01-02"}),
        _reading("current_date", {"date": "2030-01-03"}),
    ]
    assert is_right(f"ANSWER: {said}", question, readings) is right


def test_without_a_reading_nothing_is_right() -> None:
    assert not is_right("ANSWER: ada, 2030-01-02", _first("status", "USER, DATE"), [])


@given(
    st.text(alphabet="ANSWER: *`\n0123456789,.yesno/-<think>", max_size=200),
    st.sampled_from([NUMBER, PORTS, YES, FOLDER]),
)
def test_no_text_breaks_the_reading(text: str, answer: Known) -> None:
    is_right(text, _question(answer), [])
    is_right(text, _first("memory", "NUMBER"), [_reading("memory_info", {"total": 1.5}, unit="MiB")])
