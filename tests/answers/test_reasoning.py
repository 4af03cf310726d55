"""Reasoning is taken off an answer, and what of it a reader would have met is told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmbench_inspect.answers import split_reasoning


@pytest.mark.parametrize(
    ("text", "answer", "leaked"),
    [
        ("yes", "yes", False),
        ("<think>a</think>yes", "yes", False),
        ("\n<think>\n\n</think>\n\nyes\n", "yes", False),
        ("<THINKING>a</THINKING> yes", "yes", False),
        ("[THINK]a[/THINK]yes", "yes", False),
        ("<think>a</think><think>b</think>yes", "yes", False),
        ("<think>a <think> b</think>yes", "yes", False),
        ("a</think>yes", "yes", True),
        ("<think>a</think>b</think>yes", "yes", True),
        ("<think>a", "", True),
        ("yes<think>a", "yes", True),
        ("yes<think>a</think>", "yes", True),
        ("yes <think>a</think> or no", "yes  or no", True),
    ],
)
def test_reasoning_is_taken_off(text: str, answer: str, leaked: bool) -> None:
    split = split_reasoning(text)
    assert (split.answer, split.leaked) == (answer, leaked)


@given(st.text(), st.text().filter(lambda thought: "think" not in thought.lower()))
def test_a_whole_pair_before_the_answer_is_no_leak(answer: str, thought: str) -> None:
    plain = split_reasoning(answer)
    assert split_reasoning(f"<think>{thought}</think>{answer}") == plain
