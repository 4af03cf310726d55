"""`llmbench doctor`: what it tells of this machine's GPUs."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .fake_nvml import GPU_IS_LOST, LIBRARY_NOT_FOUND, FakeGpu, FakeNvml, Fault

Machine = Callable[..., FakeNvml]
Told = Callable[..., dict[str, tuple[str, str]]]


def test_gpus_at_rest(told: Told, machine: Machine) -> None:
    nvml = machine(FakeGpu(utilization=0), FakeGpu(utilization=3))
    assert told("--suite", "prompts")["gpu"] == (
        "ok",
        "Fake H100 (40.0 GB in use), Fake H100 (40.0 GB in use); driver 580.1",
    )
    assert nvml.opened == 0


def test_a_gpu_at_work_is_a_doubt(told: Told, machine: Machine) -> None:
    machine(FakeGpu(utilization=90), FakeGpu(utilization=0))
    outcome, words = told("--suite", "prompts")["gpu"]
    assert outcome == "doubt"
    assert words.endswith("; Fake H100 is 90 % busy. See what works there: nvidia-smi")


def test_a_gpu_that_is_lost_is_a_doubt(told: Told, machine: Machine) -> None:
    machine(FakeGpu(utilization=0), FakeGpu(handle=Fault(GPU_IS_LOST)))
    outcome, words = told("--suite", "prompts")["gpu"]
    assert outcome == "doubt"
    assert "GPU 1: GPU is lost. See what works there" in words


def test_without_a_library_it_says_why(told: Told, machine: Machine) -> None:
    machine(init=LIBRARY_NOT_FOUND)
    outcome, words = told("--suite", "prompts")["gpu"]
    assert (outcome, "models that are served here run on the processor" in words) in {
        ("ok", True),
        ("doubt", False),
    }


@pytest.mark.gpu
def test_a_real_gpu(told: Told) -> None:
    words = told("--suite", "prompts")["gpu"][1]
    if "no NVIDIA GPU" in words:
        pytest.skip(words)
    assert "driver" in words
