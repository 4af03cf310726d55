"""Whether there are figures at all: what the machine has, and where the model is served."""

from __future__ import annotations

import re
import socket
from pathlib import Path

import pytest
from inspect_ai.log import EvalConfig, EvalDataset, EvalSpec
from inspect_ai.model import ModelConfig

from llmbench_inspect.telemetry.gpu.hardware import gpus_of_this_machine
from llmbench_inspect.telemetry.gpu.served import why_not_here


def spec(model: str, base_url: str | None = None, **more: object) -> EvalSpec:
    made = {
        "created": "2026-01-01T00:00:00Z",
        "task": "t",
        "dataset": EvalDataset(),
        "config": EvalConfig(),
        "model": model,
        "model_base_url": base_url,
    }
    return EvalSpec.model_validate(made | more)


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({}, "there is no NVIDIA GPU"),
        ({"sys/class/drm/card0/device/vendor": "0x8086\n"}, "there is no NVIDIA GPU"),
        ({"sys/class/drm/card1/device/vendor": "0x1002\n"}, "there is an AMD GPU; .* NVML"),
        ({"dev/kfd": ""}, "there is an AMD GPU"),
        (
            {"sys/class/drm/card0/device/vendor": "0x10de\n"},
            "an NVIDIA GPU, but its driver does not run: oops",
        ),
        ({"usr/lib/wsl/lib/libnvidia-ml.so.1": ""}, "NVIDIA's driver runs"),
        ({"dev/nvidiactl": "", "dev/kfd": ""}, "NVIDIA's driver runs, but NVML cannot be used: oops"),
    ],
)
def test_what_the_kernel_shows(tmp_path: Path, files: dict[str, str], reason: str) -> None:
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    assert re.search(reason, gpus_of_this_machine(tmp_path).reason("oops"))


@pytest.mark.parametrize(
    ("model", "base_url"),
    [
        ("ollama/llama3.2:3b", None),
        ("ollama-native/llama3.2:3b", None),
        ("vllm/meta-llama/Llama-3.1-8B", None),
        ("hf/openai-community/gpt2", None),
        ("openai-api/local/m", "http://localhost:8000/v1"),
        ("openai/gpt-oss-20b", "http://127.0.0.1:1234/v1"),
        ("vllm/m", "http://[::1]:8000"),
        ("vllm/m", "http://0.0.0.0:8000"),
        ("vllm/m", f"http://{socket.gethostname()}:8000"),
    ],
)
def test_served_here(model: str, base_url: str | None) -> None:
    assert why_not_here(spec(model, base_url)) is None


@pytest.mark.parametrize(
    ("model", "base_url", "reason"),
    [
        ("openai/gpt-5", None, "openai/gpt-5 is not served from this machine"),
        ("anthropic/claude", None, "not served from this machine"),
        ("openai-api/together/m", "https://api.together.xyz/v1", "served from api.together.xyz"),
        ("ollama/m", "http://10.255.255.1:11434/v1", "served from 10.255.255.1"),
        ("embedded/qwen2.5-coder-0.5b", None, "runs on the processor"),
        ("mockllm/model", "http://localhost:1/v1", "is no model"),
    ],
)
def test_not_served_here(model: str, base_url: str | None, reason: str) -> None:
    assert reason in (why_not_here(spec(model, base_url)) or "")


def test_on_the_processor() -> None:
    assert "device=cpu" in (why_not_here(spec("hf/gpt2", model_args={"device": "cpu"})) or "")


@pytest.mark.parametrize(
    ("variable", "url", "model", "here"),
    [
        ("OPENAI_BASE_URL", "http://localhost:8000/v1", "openai/m", True),
        ("LOCAL_BASE_URL", "http://localhost:8000/v1", "openai-api/local/m", True),
        ("MY_BOX_BASE_URL", "http://mybox:8000/v1", "openai-api/my-box/m", False),
        ("OLLAMA_BASE_URL", "http://gpuserver:11434/v1", "ollama/m", False),
        ("OLLAMA_HOST", "gpuserver:11434", "ollama-native/m", False),
        ("OLLAMA_HOST", "0.0.0.0", "ollama-native/m", True),
        ("VLLM_BASE_URL", "http://gpuserver:8000/v1", "vllm-completions/m", False),
        ("INSPECT_EVAL_MODEL_BASE_URL", "http://localhost:8000/v1", "openai/m", True),
    ],
)
def test_base_urls_of_the_environment(
    monkeypatch: pytest.MonkeyPatch, variable: str, url: str, model: str, *, here: bool
) -> None:
    monkeypatch.setenv(variable, url)
    assert (why_not_here(spec(model)) is None) is here


def test_without_a_model_of_its_own_the_roles_count() -> None:
    roles = {"grader": ModelConfig(model="openai/m"), "red": [ModelConfig(model="ollama/m")]}
    assert why_not_here(spec("none/none", model_roles=roles)) is None
    assert why_not_here(spec("openai/m", model_roles=roles)) is not None
