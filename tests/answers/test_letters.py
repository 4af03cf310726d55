"""A letter is read in every shape of answer, and none where an answer settles on none."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmbench_inspect.answers import final_letter


@pytest.mark.parametrize(
    "answer",
    [
        "ANSWER: C",
        "ANSWER: c",
        "Answer: **C**",
        "**ANSWER: C**",
        "**ANSWER:** C",
        "ANSWER: (C)",
        "ANSWER: C) Paris",
        "ANSWER: C.",
        "ANSWER: $C",
        "ANSWER: option C",
        "ANSWER:\nC",
        "ANSWER: \\boxed{C}",
        "\\boxed{\\text{C}}",
        "$\\boxed{C}$",
        "The answer is C.",
        "The answer is: C) Paris",
        "The correct answer is (C) because it is so.",
        "The answer is C because A and B are not.",
        "C",
        "C.",
        "(C)",
        "**C**",
        "C) Paris",
        "C. Paris",
        "C: Paris",
        "Option C",
        "It is a capital.\n\nC) Paris",
        "A) is wrong.\nB) is wrong.\nANSWER: C",
        "ANSWER: A\nWait, no.\nANSWER: C",
        "<think>ANSWER: A</think>\nANSWER: C",
    ],
)
def test_a_letter(answer: str) -> None:
    assert final_letter(answer) == "C"


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "I do not know.",
        "Paris",
        "ANSWER: E",
        "ANSWER: Paris",
        "ANSWER: A, C",
        "ANSWER: A or C",
        "ANSWER: AC",
        "The answer is A capital city",
        "A capital city",
        "A) Rome\nB) Berlin\nC) Paris\nD) Bonn",
        "The answer is",
        "Both A and C",
    ],
)
def test_no_letter(answer: str) -> None:
    assert final_letter(answer) is None


@given(st.text(alphabet="ABCDEabcd answer:is()*\n\\boxed{}.$"))
def test_nothing_breaks_it(answer: str) -> None:
    assert final_letter(answer) in {None, "A", "B", "C", "D"}


@pytest.mark.parametrize("piece", ["\n", " ", "answer: ", "A\n", "\\boxed{", "*", "A, ", "answer\n", "(["])
def test_long_answers_take_no_time(piece: str) -> None:
    started = time.process_time()
    final_letter(piece * 100_000)
    assert time.process_time() - started < 2
