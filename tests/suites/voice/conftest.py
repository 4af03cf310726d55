"""Runs of the voice task to their logs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from inspect_ai import eval as inspect_eval
from inspect_ai.log import EvalLog
from inspect_ai.model import ChatMessage, ModelOutput, ModelUsage, get_model

from llmbench_inspect.tasks.voice import voice

Answer = Callable[[str], str]
RunVoice = Callable[..., EvalLog]


@pytest.fixture
def run_voice(tmp_path: Path) -> RunVoice:
    """Runs the task with a model whose answers a function makes of its prompts."""

    def run(
        answer: Answer, *, limit: int | None = None, epochs: int | None = None, **arguments: Any
    ) -> EvalLog:
        def output(messages: list[ChatMessage], *_: object) -> ModelOutput:
            told = ModelOutput.from_content("mockllm/model", answer(messages[-1].text))
            told.usage = ModelUsage(input_tokens=60, output_tokens=40, total_tokens=100)
            return told

        model = get_model("mockllm/model", custom_outputs=output, memoize=False)
        [log] = inspect_eval(
            voice(**arguments),
            model=model,
            log_dir=str(tmp_path / "logs"),
            display="none",
            limit=limit,
            epochs=epochs,
        )
        return log

    return run
