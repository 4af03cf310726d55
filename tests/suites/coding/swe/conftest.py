"""Gold changes, and evals of the suite with a scripted model."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from inspect_ai import eval as inspect_eval
from inspect_ai.log import EvalLog
from inspect_ai.model import ChatCompletionChoice, ChatMessageAssistant, ModelOutput, ModelUsage, get_model
from inspect_ai.tool import ToolCall

from llmbench_inspect.suites.coding.swe import Instance
from llmbench_inspect.tasks.swe_bench import swe_bench

Changes = dict[str, str | None]
Play = Callable[..., EvalLog]


@pytest.fixture(scope="session")
def gold(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Instance], Changes]:
    """The files that an instance's gold patch changes, by way of git."""

    def changes(instance: Instance) -> Changes:
        folder = tmp_path_factory.mktemp("repository")
        for path, text in instance.repository.items():
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        # A folder above may be a repository itself.
        command = ["git", f"--git-dir={folder}/none", "apply", "--verbose", "-"]
        subprocess.run(
            command, input=instance.gold_patch.encode(), cwd=folder, check=True, capture_output=True
        )
        after = {
            file.relative_to(folder).as_posix(): file.read_text("utf-8")
            for file in folder.rglob("*")
            if file.is_file()
        }
        return {path: text for path, text in after.items() if instance.repository.get(path) != text}

    return changes


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
