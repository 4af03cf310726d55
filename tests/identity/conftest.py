"""A model that fails where it is told to, runs of prompts of the test's own, and a scripted Ollama server."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from inspect_ai import eval as run_eval
from inspect_ai.log import EvalLog
from inspect_ai.model import ChatMessage, GenerateConfig, ModelAPI, ModelOutput, ModelUsage, modelapi
from inspect_ai.tool import ToolChoice, ToolInfo

from tests.providers.ollama.conftest import server

__all__ = ["server"]


class Halting(ModelAPI):
    """Answers every prompt but those that hold a text."""

    fails_at = ""
    asked = 0

    async def generate(
        self,
        input: list[ChatMessage],  # noqa: A002
        tools: list[ToolInfo],
        tool_choice: ToolChoice,
        config: GenerateConfig,
    ) -> ModelOutput:
        if Halting.fails_at and Halting.fails_at in input[-1].text:
            raise RuntimeError("broken off")
        Halting.asked += 1
        output = ModelOutput.from_content(self.model_name, "{}")
        output.usage = ModelUsage(input_tokens=5, output_tokens=2, total_tokens=7)
        return output


@modelapi(name="halting")
def halting() -> type[ModelAPI]:
    return Halting


@pytest.fixture(autouse=True)
def answers() -> Iterator[None]:
    Halting.fails_at, Halting.asked = "", 0
    yield
    Halting.fails_at = ""


def line(word: str) -> str:
    """A prompt as files of prompts hold it."""
    constraints = [{"constraint": "exact_text", "text": word}]
    told = {"id": word, "form": "text", "prompt": f"Say {word}.", "constraints": constraints}
    return json.dumps(told | {"gold": word, "bad": f"not {word}"}) + "\n"


@pytest.fixture
def prompts(tmp_path: Path) -> Path:
    """A file of three prompts."""
    file = tmp_path / "prompts.jsonl"
    file.write_text("".join(map(line, ("one", "two", "three"))), encoding="utf-8")
    return file


Run = Callable[..., EvalLog]


@pytest.fixture
def broken_off(tmp_path: Path, prompts: Path) -> Run:
    """A run of these prompts that broke off at the last."""

    def run(model: str = "halting/model", **options: Any) -> EvalLog:
        Halting.fails_at = "three"
        options = {"task_args": {"data": str(prompts)}} | options
        [log] = run_eval(
            "llmbench_inspect/prompts",
            model=model,
            log_dir=str(tmp_path / "logs"),
            display="none",
            max_samples=1,
            **options,
        )
        Halting.fails_at, Halting.asked = "", 0
        return log

    return run
