"""What each sample notes of the hardware that its times were measured on."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from inspect_ai import Task
from inspect_ai import eval as run_eval
from inspect_ai.dataset import Sample
from inspect_ai.model import Model, get_model
from inspect_ai.solver import Generate, Solver, TaskState, solver

from llmbench_inspect import _registry
from llmbench_inspect.telemetry import Hardware

assert _registry.HardwareHook is not None


@solver
def fails_first() -> Solver:
    tried: set[str | int] = set()

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        if state.sample_id not in tried:
            tried.add(state.sample_id)
            raise RuntimeError("not yet")
        return state

    return solve


def noted(folder: Path, model: str | Model = "mockllm/model") -> Hardware:
    task = Task(dataset=[Sample(id="one", input="one")], solver=fails_first())
    [log] = run_eval(task, model=model, log_dir=str(folder), retry_on_error=1, display="none")
    assert log.status == "success"
    [sample] = log.samples or []
    return sample.store_as(Hardware)


def test_this_machine(tmp_path: Path) -> None:
    told = noted(tmp_path)
    assert told.processor
    assert told.cores == len(os.sched_getaffinity(0))
    assert told.server is None


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("http://192.0.2.7:8000/v1", "192.0.2.7"),
        ("http://localhost:8000/v1", None),
        ("https://models.example/v1", "models.example"),
    ],
)
def test_where_a_model_is_served(tmp_path: Path, url: str, server: str | None) -> None:
    model = get_model("openai-api/local/any", base_url=url, api_key="none", memoize=False)
    assert noted(tmp_path, model).server == server
