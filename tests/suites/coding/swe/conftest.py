"""Evals of the suite with a scripted model."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from inspect_ai import eval as inspect_eval
from inspect_ai.log import EvalLog
from inspect_ai.model import ChatCompletionChoice, ChatMessageAssistant, ModelOutput, ModelUsage, get_model
from inspect_ai.tool import ToolCall

from llmbench_inspect.tasks.swe_bench import swe_bench

Play = Callable[..., EvalLog]


@pytest.fixture
def play(tmp_path: Path) -> Play:
    """Run the task with a model that makes given calls, one a turn, and then says nothing more."""

    def run(
        steps: list[tuple[str, dict[str, Any]]], *, instance: str, limit: int | None = None, **task: Any
    ) -> EvalLog:
        outputs = [
            _output(ToolCall(id=str(n), function=name, arguments=given))
            for n, (name, given) in enumerate(steps)
        ]
        model = get_model("mockllm/model", custom_outputs=outputs, memoize=False)
        [log] = inspect_eval(
            swe_bench(instances=[instance], **task),
            model=model,
            message_limit=limit,
            log_dir=str(tmp_path),
            display="none",
        )
        assert log.status == "success", log.error
        return log

    return run


def _output(call: ToolCall) -> ModelOutput:
    message = ChatMessageAssistant(content="", tool_calls=[call])
    usage = ModelUsage(input_tokens=10, output_tokens=10, total_tokens=20)
    choice = ChatCompletionChoice(message=message, stop_reason="tool_calls")
    return ModelOutput(model="mockllm/model", choices=[choice], usage=usage)
