"""SWE-bench Verified and Lite: what they need is told; a stub instance goes all the way without Docker."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any, ClassVar, Literal, overload

import pytest
from inspect_ai import eval as inspect_eval
from inspect_ai.model import ModelOutput, ModelUsage, get_model
from inspect_ai.util import (
    ExecResult,
    SandboxEnvironment,
    SandboxEnvironmentConfigType,
    SandboxEnvironmentSpec,
    sandboxenv,
)

from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.tasks.swe_bench import swe_bench

EXTRA = bool(importlib.util.find_spec("inspect_evals") and importlib.util.find_spec("swebench"))
needs_extra = pytest.mark.skipif(not EXTRA, reason="needs the extra: pip install 'llmbench-inspect[swe]'")

PATCH = """\
diff --git a/requests/a.py b/requests/a.py
--- a/requests/a.py
+++ b/requests/a.py
@@ -1 +1 @@
-limit = 1
+limit = 2
"""
RECORD = {
    "instance_id": "psf__requests-1",
    "repo": "psf/requests",
    "version": "2.31",
    "base_commit": "0" * 40,
    "environment_setup_commit": "0" * 40,
    "problem_statement": "The limit is 1 and should be 2.",
    "hints_text": "",
    "created_at": "2025-01-01T00:00:00Z",
    "patch": PATCH,
    "test_patch": "--- a/tests/test_a.py\n+++ b/tests/test_a.py\n",
    "FAIL_TO_PASS": json.dumps(["tests/test_a.py::test_limit", "tests/test_a.py::test_other"]),
    "PASS_TO_PASS": json.dumps(["tests/test_a.py::test_kept"]),
}
OUTPUT = """\
>>>>> Start Test Output
PASSED tests/test_a.py::test_limit
{other} tests/test_a.py::test_other
PASSED tests/test_a.py::test_kept
>>>>> End Test Output
"""


@sandboxenv(name="swe_stub")
class StubSandbox(SandboxEnvironment):
    """A container that has done its work: its files hold the model's patch and what the tests printed."""

    files: ClassVar[dict[str, str]] = {}

    @classmethod
    async def sample_init(
        cls, task_name: str, config: SandboxEnvironmentConfigType | None, metadata: dict[str, str]
    ) -> dict[str, SandboxEnvironment]:
        return {"default": cls()}

    @classmethod
    async def sample_cleanup(cls, task_name: str, config: Any, environments: Any, interrupted: bool) -> None:
        pass

    async def exec(self, cmd: list[str], *args: Any, **kwargs: Any) -> ExecResult[str]:
        return ExecResult(True, 0, "0" * 40 if cmd[:2] == ["git", "rev-parse"] else "", "")

    async def write_file(self, file: str, contents: str | bytes) -> None:
        pass

    @overload
    async def read_file(self, file: str, text: Literal[True] = True) -> str: ...

    @overload
    async def read_file(self, file: str, text: Literal[False]) -> bytes: ...

    async def read_file(self, file: str, text: bool = True) -> str | bytes:
        return self.files[Path(file).name]


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("HF_DATASETS_CACHE", str(tmp_path / "cache"))
    folder = tmp_path / "verified"
    folder.mkdir()
    (folder / "test.jsonl").write_text(json.dumps(RECORD) + "\n", encoding="utf-8")
    return str(folder)


def _docker(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    program = folder / "docker"
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))


def test_without_docker_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(PrerequisiteError, match="split=verified runs in Docker images, and there is no"):
        swe_bench(split="verified")


def test_without_a_daemon_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _docker(tmp_path, "echo Cannot connect >&2; exit 1", monkeypatch)
    with pytest.raises(PrerequisiteError, match=r"no daemon answers \(Cannot connect\)"):
        swe_bench(split="lite")


@pytest.mark.skipif(EXTRA, reason="the extra is installed")
def test_without_the_extra_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _docker(tmp_path, "echo 28.0", monkeypatch)
    with pytest.raises(PrerequisiteError, match=r"pip install 'llmbench-inspect\[swe\]'"):
        swe_bench(split="verified")


@needs_extra
def test_without_the_hub_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _docker(tmp_path, "echo 28.0", monkeypatch)
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(PrerequisiteError, match="-T data=/path/to/folder"):
        swe_bench(split="lite")


@needs_extra
@pytest.mark.filterwarnings("ignore")  # those of the extra's own dependencies
def test_the_task_is_built(data: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _docker(tmp_path, "echo 28.0", monkeypatch)
    task = swe_bench(split="verified", data=data)
    [sample] = task.dataset
    assert sample.id == "psf__requests-1"
    assert str(sample.input).endswith("The limit is 1 and should be 2.")
    assert sample.metadata is not None
    assert sample.metadata["split"] == "verified"
    assert sample.metadata["instance"] == "psf__requests-1"
    assert isinstance(sample.sandbox, SandboxEnvironmentSpec)
    assert sample.sandbox.type == "docker"
    compose = Path(str(sample.sandbox.config)).read_text("utf-8")
    assert "image: swebench/sweb.eval.x86_64.psf_1776_requests-1:latest" in compose
    assert "network_mode: none" in compose
    assert task.metadata is not None
    assert task.metadata["data"]["source"] == data


@needs_extra
@pytest.mark.filterwarnings("ignore")  # those of the extra's own dependencies
@pytest.mark.parametrize(("other", "resolved", "share"), [("PASSED", 1, 1), ("FAILED", 0, 0.5)])
def test_a_stub_is_scored(data: str, tmp_path: Path, other: str, resolved: int, share: float) -> None:
    patch = PATCH if resolved else PATCH.replace("limit = 2", "limit = 3")
    StubSandbox.files = {"model.patch": patch, "eval_script_output": OUTPUT.format(other=other)}
    output = ModelOutput.for_tool_call("mockllm/model", "submit", {"answer": "done"})
    output.usage = ModelUsage(input_tokens=1, output_tokens=1, total_tokens=2)
    [log] = inspect_eval(
        swe_bench(split="verified", data=data, sandbox="swe_stub"),
        model=get_model("mockllm/model", custom_outputs=[output]),
        log_dir=str(tmp_path),
        display="none",
    )
    assert log.status == "success", log.error
    assert log.samples is not None
    scores = log.samples[0].scores
    assert scores is not None
    assert {name: given.value for name, given in scores.items()} == {
        "resolved": resolved,
        "fail_to_pass": share,
        "pass_to_pass": 1,
        "edit_similarity": 1 if resolved else pytest.approx(12 / 16),
        "files_touched": 1,
    }
