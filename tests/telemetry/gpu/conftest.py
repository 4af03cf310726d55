"""A machine with scripted GPUs, and a model that is served from it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
import pytest
from inspect_ai import Task
from inspect_ai import eval as inspect_eval
from inspect_ai.dataset import Sample
from inspect_ai.log import EvalLog, EvalSample, resolve_sample_attachments
from inspect_ai.model import (
    ChatMessage,
    GenerateConfig,
    Model,
    ModelAPI,
    ModelOutput,
    ModelUsage,
    get_model,
    modelapi,
)
from inspect_ai.scorer import includes
from inspect_ai.solver import generate
from inspect_ai.tool import ToolChoice, ToolInfo

from llmbench_inspect.telemetry.gpu import GpuWindow

from .fake_nvml import FakeGpu, FakeNvml

Run = Callable[..., EvalLog]


@modelapi(name="scripted")
class ScriptedAPI(ModelAPI):
    """Answers "yes" after as many seconds as the prompt says."""

    async def generate(
        self,
        input: list[ChatMessage],  # noqa: A002 - Inspect's name
        tools: list[ToolInfo],
        tool_choice: ToolChoice,
        config: GenerateConfig,
    ) -> ModelOutput:
        await anyio.sleep(float(input[0].text))
        output = ModelOutput.from_content("scripted", "yes")
        output.usage = ModelUsage(input_tokens=1, output_tokens=1, total_tokens=2)
        return output


def model(base_url: str | None = "http://127.0.0.1:9/v1") -> Model:
    return get_model("scripted/m", base_url=base_url, memoize=False)


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Callable[..., FakeNvml]:
    """Give this machine GPUs, read every 20 ms."""

    def install(*gpus: FakeGpu, **options: Any) -> FakeNvml:
        nvml = FakeNvml(list(gpus) or [FakeGpu()], **options)
        monkeypatch.setitem(sys.modules, "pynvml", nvml)
        monkeypatch.setenv("LLMBENCH_GPU_INTERVAL", "20")
        return nvml

    return install


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run an eval whose samples take so many seconds."""

    def evaluate(*seconds: float, of: Model | None = None, solver: Any = None, **options: Any) -> EvalLog:
        samples = [Sample(input=str(duration), target="yes") for duration in seconds]
        task = Task(dataset=samples, solver=solver or generate(), scorer=includes())
        given: dict[str, Any] = {"log_dir": str(tmp_path), "display": "none", **options}
        [log] = inspect_eval(task, model=of or model(), **given)
        return log

    return evaluate


def samples(log: EvalLog) -> list[EvalSample]:
    assert log.samples
    return log.samples


def windows(log: EvalLog) -> list[GpuWindow]:
    """As the log tells, in the order of the samples."""
    assert all(sample.store["GpuUse:unavailable"] is None for sample in samples(log))
    return [GpuWindow.model_validate(sample.store["GpuUse:window"]) for sample in samples(log)]


def notes(log: EvalLog) -> list[Any]:
    """What the transcripts hold of the GPU."""
    return [
        event.data
        for sample in map(resolve_sample_attachments, samples(log))
        for event in sample.events
        if event.event == "info" and event.source == "llmbench_inspect/gpu"
    ]
