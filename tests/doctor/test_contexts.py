"""The context that a suite states is enough for its longest first prompt and one answer."""

from __future__ import annotations

from pathlib import Path

import pytest
from inspect_ai import Task
from inspect_ai.dataset import Sample
from inspect_ai.util import registry_create

from llmbench_inspect.doctor import suites
from llmbench_inspect.suites.longcontext.tokens import estimate

ROOM = 1.15
"""Other tokenizers need more tokens than the one that counts here."""


def longest(task: Task) -> int:
    """Tokens of the prompt that has the most characters."""
    return max((estimate(text) for text in sorted(map(text_of, task.dataset), key=len)[-3:]), default=0)


def text_of(sample: Sample) -> str:
    prompt = sample.input if isinstance(sample.input, str) else "\n".join(each.text for each in sample.input)
    return prompt + "".join(sample.choices or [])


@pytest.mark.parametrize("name", ["or_debug", "prompts", "swe_bench", "tool_bench", "tool_use", "voice"])
def test_authored_suites(name: str) -> None:
    task = registry_create("task", f"llmbench_inspect/{name}")
    assert ROOM * longest(task) + task.config.max_tokens <= (suites()[name].context or 0)


@pytest.mark.parametrize("name", ["gsm8k", "humaneval", "mbpp"])
def test_suites_of_published_data(name: str, data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLMBENCH_DATA_DIR", str(data_dir))
    task = registry_create("task", f"llmbench_inspect/{name}")
    assert ROOM * longest(task) + task.config.max_tokens <= (suites()[name].context or 0)
