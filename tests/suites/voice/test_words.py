"""Words are counted as a person would count them, whatever they look like."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmbench_inspect.suites.voice.words import word_errors

words = st.lists(st.sampled_from(["a", "list", "of", "two", "numbers", "sum"]), min_size=1, max_size=8)


@pytest.mark.parametrize(
    ("said", "heard", "counts"),
    [
        ("Write a function.", "write a function", (0, 0, 0)),
        ("the sum of two numbers", "the summit two numbers", (1, 1, 0)),
        ("two lists", "2 lists", (0, 0, 0)),
        ("a two-word name", "a two word name", (0, 0, 0)),
        ("sort it", "sort of it", (0, 0, 1)),
        ("sort it", "", (0, 2, 0)),
        ("sort it", "  ...  ", (0, 2, 0)),
        ("it", "this is something else", (1, 0, 3)),
    ],
)
def test_known_pairs(said: str, heard: str, counts: tuple[int, int, int]) -> None:
    found = word_errors(said, heard)
    assert (found.substitutions, found.deletions, found.insertions) == counts


@given(said=words, heard=st.lists(st.sampled_from(["a", "of", "two", "birds"]), max_size=8))
def test_the_fewest_changes(said: list[str], heard: list[str]) -> None:
    found = word_errors(" ".join(said), " ".join(heard))
    assert found.words == len(said)
    assert len(said) + found.insertions - found.deletions == len(heard)
    assert abs(len(said) - len(heard)) <= found.errors <= max(len(said), len(heard))
    assert (found.errors == 0) == (said == heard)


@given(said=words)
def test_the_way_it_is_written_does_not_count(said: list[str]) -> None:
    text = " ".join(said)
    assert word_errors(text, f"  {text.upper()}!  ").errors == 0
