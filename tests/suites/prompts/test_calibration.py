"""The prompts of each suite: their right answers get full marks, and known wrong ones none."""

import json
from pathlib import Path

import pytest

from llmbench_inspect.answers.constraints import CONSTRAINTS, faults
from llmbench_inspect.suites.prompts import load_prompts
from llmbench_inspect.suites.prompts.dataset import Prompt

FOLDER = Path(__file__).parents[3] / "datasets" / "prompts"
PROMPTS = load_prompts("extended").prompts


CHEAP = ["I'm sorry, but I cannot help with that.", "OK", "{}", "[]", "yes and no", "0", "```\n```", "-"]


@pytest.mark.parametrize("prompt", PROMPTS, ids=lambda prompt: prompt.line.id)
def test_the_right_answer_passes_and_wrong_ones_fail(prompt: Prompt) -> None:
    assert faults(prompt.line.gold, prompt.constraints) == []
    for answer in ["", prompt.line.bad, *CHEAP]:
        assert faults(answer, prompt.constraints), answer


def test_the_suites_hold_what_they_promise() -> None:
    core, extended = load_prompts("core"), load_prompts("extended")
    assert len(core.prompts) == 11
    assert len(extended.prompts) - len(core.prompts) >= 60
    assert set(extended.codes) == set(CONSTRAINTS)
    names = {prompt.line.id for prompt in extended.prompts}
    assert sum(name.startswith("logs-") for name in names) >= 5
    assert sum(name.startswith("route-") for name in names) >= 5
    assert core.digest != extended.digest


def test_every_line_is_written_one_way() -> None:
    for file in FOLDER.glob("*.jsonl"):
        for line in file.read_text("utf-8").splitlines():
            read = json.loads(line)
            assert line == json.dumps(read, ensure_ascii=False)
            assert list(read) == ["id", "form", "prompt", "constraints", "gold", "bad"]
            assert read["gold"]
            assert read["bad"]
