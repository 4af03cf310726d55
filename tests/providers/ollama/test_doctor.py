"""`llmbench doctor --model`: what it sees of an Ollama server and of the model there."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from llmbench_inspect.cli import main

MODEL = "qwen3:0.6b"
NATIVE = f"ollama-native/{MODEL}"


@pytest.fixture(autouse=True)
def asked_there(server: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in os.environ:
        if re.search(r"_API_KEY$|_BASE_URL$|^INSPECT_", name):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OLLAMA_HOST", f"127.0.0.1:{server.server_port}")
    monkeypatch.setenv("OLLAMA_BASE_URL", f"{server.url}/v1")


def found(*arguments: str, status: int = 0) -> dict[str, tuple[str, str]]:
    """What is told of each check, after the run that the arguments name."""
    result = CliRunner().invoke(main, ["doctor", "--json", *arguments])
    assert result.exit_code == status, result.output
    return {finding["check"]: (finding["outcome"], finding["told"]) for finding in json.loads(result.stdout)}


@pytest.mark.parametrize("provider", ["ollama-native", "ollama"])
def test_all_is_well(server: Any, provider: str) -> None:
    server.loaded, server.on_gpu = {MODEL}, 1.0
    seen = found("--model", f"{provider}/{MODEL}", "--suite", "prompts")
    assert seen["server"] == ("ok", f"Ollama 0.33.3 at {server.url}")
    assert seen["model"] == ("ok", f"{MODEL}: 751.63M, Q4_K_M, digest 000000000000")
    assert seen["idle"] == ("ok", "no other model is loaded")
    assert seen["context"] == (
        "ok",
        "loaded with 4096; prompts takes up to 4096 tokens, prompt and answer together",
    )
    assert seen["spill"] == ("ok", "all of it is on the GPU")
    assert server.chats == []


def test_a_server_that_is_not_there(server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OLLAMA_HOST", "127.0.0.1:9")
    seen = found("--model", NATIVE, status=1)
    assert seen["server"][0] == "failed"
    assert seen["server"][1].startswith("No Ollama server answers at http://127.0.0.1:9 (")
    assert "Start it: `ollama serve`" in seen["server"][1]
    assert seen["model"] == ("skipped", "not looked at, because of: server")
    assert seen["spill"] == ("skipped", "not looked at, because of: model")


def test_a_server_that_is_too_old(server: Any) -> None:
    server.version = "0.5.0"
    assert "is of version 0.5.0 and would cut long prompts" in found("--model", NATIVE, status=1)["server"][1]


def test_a_model_that_is_not_there_is_told_as_a_run_tells_it(server: Any, model_of: Any) -> None:
    with pytest.raises(Exception, match="has no model") as raised:
        model_of("qwen3:8b")
    assert found("--model", "ollama-native/qwen3:8b", status=1)["model"] == ("failed", str(raised.value))


def test_a_server_that_holds_another_model_is_not_idle(server: Any) -> None:
    server.loaded = {MODEL, "qwen3-coder:30b"}
    outcome, told = found("--model", NATIVE, status=1)["idle"]
    assert outcome == "failed"
    assert "it holds qwen3-coder:30b. Wait until" in told
    assert told.endswith("ollama stop qwen3-coder:30b")


@pytest.mark.parametrize(
    ("provider", "mend"),
    [
        ("ollama-native", "Ask for it: -M num_ctx=8192"),
        ("ollama", "Give it: OLLAMA_CONTEXT_LENGTH=8192 ollama serve"),
    ],
)
def test_a_context_that_is_too_small(server: Any, provider: str, mend: str) -> None:
    server.loaded = {MODEL}
    outcome, told = found("--model", f"{provider}/{MODEL}", "--suite", "swe_bench", status=1)["context"]
    assert outcome == "failed"
    assert "swe_bench takes up to 8192 tokens, prompt and answer together" in told
    assert "is loaded with 4096. " + mend in told


def test_a_model_that_is_not_loaded(server: Any) -> None:
    server.loaded = set()
    seen = found("--model", NATIVE, "--suite", "prompts")
    assert seen["context"][0] == "doubt"
    assert seen["context"][1].endswith("the server's own choice may be less. Ask for it: -M num_ctx=4096")
    assert seen["spill"][1] == f"not loaded yet; it is known after: ollama run {MODEL} ''"


def test_a_model_that_was_trained_for_less(server: Any) -> None:
    shown = server.installed[MODEL]
    server.installed[MODEL] = shown | {"model_info": shown["model_info"] | {"qwen3.context_length": 2048}}
    told = found("--model", NATIVE, "--suite", "prompts", status=1)["context"][1]
    assert told.endswith("was trained for 2048. Take another model")


def test_a_model_that_spills_is_a_doubt(server: Any) -> None:
    server.loaded = {MODEL}
    outcome, told = found("--model", NATIVE)["spill"]
    assert outcome == "doubt"
    assert told.startswith(f"75% of 1.0 GB of {MODEL} lies on the processor's side.")


def test_a_model_on_the_processor_alone(server: Any) -> None:
    server.loaded, server.on_gpu = {MODEL}, 0.0
    assert found("--model", NATIVE)["spill"] == ("ok", "it runs on the processor alone")
