"""Arguments of the task: what is wrong is said before any model call, with what would do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.suites.longcontext import plan
from llmbench_inspect.tasks.long_context import long_context


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"kind": "needles"}, r"kind='needles' is not known. Did you mean 'needle'\?"),
        ({"lengths": "2k,long"}, "lengths: 'long' is not a number of tokens from 512"),
        ({"lengths": "100"}, "lengths: '100' is not"),
        ({"lengths": []}, "lengths: "),
        ({"depths": "0,2"}, r"depths: '2' is not a number from 0 \(beginning\) to 1"),
        ({"depths": "middle"}, "depths: 'middle' is not"),
        ({"kind": "constraints", "depths": "0"}, "depths have no meaning with kind=constraints"),
        ({"codebase": "."}, "codebase has no meaning with kind=needle"),
        ({"kind": "codebase", "haystack": "."}, "haystack has no meaning with kind=codebase"),
        ({"haystack": "no/such/file"}, "cannot be read"),
        ({"questions": 0}, "questions=0 is not among 1 to 1000"),
        ({"window": 100}, "window=100 is not among"),
    ],
)
def test_a_wrong_argument_is_named_with_what_would_do(arguments: dict[str, Any], said: str) -> None:
    with pytest.raises(PrerequisiteError, match=said) as raised:
        long_context(**arguments)
    assert "Give it with: -T " in str(raised.value)


def test_an_empty_haystack_is_told(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").touch()
    with pytest.raises(PrerequisiteError, match="no sentence was found"):
        long_context(haystack=str(tmp_path))


@pytest.mark.parametrize(
    ("given", "tokens"),
    [
        ("2k,8k", [2048, 8192]),
        (["8k", "2k", 2048], [2048, 8192]),
        (4096, [4096]),
        ("1.5k,1m", [1536, 1_048_576]),
        ("128K", [131_072]),
    ],
)
def test_lengths_are_read_as_people_write_them(given: Any, tokens: list[int]) -> None:
    planned = plan("constraints", lengths=given, questions=1, seed=0)
    assert [(sample.metadata or {})["tokens"] for sample in planned.dataset] == tokens


def test_samples_hold_no_text_and_take_turns() -> None:
    samples = list(long_context().dataset)
    assert len(samples) == 5 * 5 * 4
    assert all(len(str(sample.input)) < 200 for sample in samples)
    assert len({sample.id for sample in samples}) == len(samples)
    first = [(sample.metadata or {}) for sample in samples[:25]]
    assert {cell["length"] for cell in first} == {"2k", "8k", "32k", "64k", "128k"}
    assert {cell["depth"] for cell in first} == {"0", "0.25", "0.5", "0.75", "1"}


def test_questions_of_a_length_are_all_different_and_the_same_at_every_length() -> None:
    asked: dict[str, list[str]] = {}
    for sample in plan("needle", lengths="2k,8k", questions=3, seed=0).dataset:
        asked.setdefault((sample.metadata or {})["length"], []).append(str(sample.target))
    assert asked["2k"] == asked["8k"]
    assert len(set(asked["2k"])) == 15
