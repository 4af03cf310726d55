"""Loops in reasoning: texts that go in circles, texts that do not, and the threshold between them."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmbench_inspect.telemetry import LOOP, repeated_share

ROOT = Path(__file__).parents[2]
WORDS = st.lists(st.text(alphabet="abcdefgh", min_size=1, max_size=6), min_size=1, max_size=400)


@given(WORDS)
def test_a_share_lies_between_none_and_all(words: list[str]) -> None:
    assert 0 <= repeated_share(" ".join(words)) < 1


@given(phrase=st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=40))
def test_a_phrase_said_over_and_over_is_a_loop(phrase: list[str]) -> None:
    assert repeated_share(" ".join(phrase * (400 // len(phrase)))) > LOOP


@given(seed=st.integers(), length=st.integers(min_value=0, max_value=3000))
def test_words_that_are_all_new_are_none(seed: int, length: int) -> None:
    words = [f"w{number}" for number in range(length)]
    random.Random(seed).shuffle(words)
    assert repeated_share(" ".join(words)) == 0


def test_a_loop_at_the_end_of_a_long_text_is_found() -> None:
    sound = " ".join(f"step {number} follows from the one before it" for number in range(3000))
    assert repeated_share(sound) < LOOP
    assert repeated_share(sound + " wait, let me check this again" * 200) > LOOP


@pytest.mark.parametrize("page", sorted(path.name for path in ROOT.glob("docs/*.md")))
def test_prose_is_none(page: str) -> None:
    assert repeated_share((ROOT / "docs" / page).read_text("utf-8")) < LOOP


def test_a_huge_text_is_read_from_its_end_only() -> None:
    assert repeated_share("x" * 50_000_000) == 0
