"""`llmbench doctor --model`: what it sees of an Ollama server and of the model there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from inspect_ai import eval as inspect_eval
from inspect_ai.model import get_model

from .conftest import MODEL, FakeOllama, ModelOf

NATIVE = f"ollama-native/{MODEL}"


Told = Callable[..., dict[str, tuple[str, str]]]


@pytest.fixture
def found(told: Told, server: FakeOllama, monkeypatch: pytest.MonkeyPatch) -> Told:
    """What is told where the environment names the scripted server."""
    monkeypatch.setenv("OLLAMA_HOST", f"127.0.0.1:{server.server_port}")
    monkeypatch.setenv("OLLAMA_BASE_URL", f"{server.url}/v1")
    return told


@pytest.mark.parametrize("provider", ["ollama-native", "ollama"])
def test_all_is_well(found: Told, server: FakeOllama, provider: str) -> None:
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


def test_a_server_that_is_not_there(found: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OLLAMA_HOST", "127.0.0.1:9")
    seen = found("--model", NATIVE, status=1)
    assert seen["server"][0] == "failed"
    assert seen["server"][1].startswith("No Ollama server answers at http://127.0.0.1:9 (")
    assert "Start it: `ollama serve`" in seen["server"][1]
    assert seen["model"] == ("skipped", "not looked at, because of: server")
    assert seen["spill"] == ("skipped", "not looked at, because of: model")


def test_a_server_that_is_too_old(found: Told, server: FakeOllama) -> None:
    server.version = "0.5.0"
    assert "is of version 0.5.0 and would cut long prompts" in found("--model", NATIVE, status=1)["server"][1]


def test_a_model_that_is_not_there_is_told_as_a_run_tells_it(found: Told, model_of: ModelOf) -> None:
    with pytest.raises(Exception, match="has no model") as raised:
        model_of("qwen3:8b")
    assert found("--model", "ollama-native/qwen3:8b", status=1)["model"] == ("failed", str(raised.value))


def test_a_server_that_holds_another_model_is_not_idle(found: Told, server: FakeOllama) -> None:
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
def test_a_context_that_is_too_small(found: Told, server: FakeOllama, provider: str, mend: str) -> None:
    server.loaded = {MODEL}
    outcome, told = found("--model", f"{provider}/{MODEL}", "--suite", "swe_bench", status=1)["context"]
    assert outcome == "failed"
    assert "swe_bench takes up to 8192 tokens, prompt and answer together" in told
    assert "is loaded with 4096. " + mend in told


def test_a_context_that_is_asked_for(found: Told, server: FakeOllama) -> None:
    server.loaded = {MODEL}
    asked = ("--model", NATIVE, "--suite", "swe_bench")
    assert found(*asked, "-M", "num_ctx=8192")["context"][1].startswith("8192 tokens are asked for; ")
    told = found(*asked, "-M", "num_ctx=8000", status=1)["context"][1]
    assert told.endswith("-M num_ctx=8000 asks for less. Ask for it: -M num_ctx=8192")


def test_a_server_that_is_named(found: Told, server: FakeOllama, monkeypatch: pytest.MonkeyPatch) -> None:
    server.loaded = {MODEL}
    monkeypatch.setenv("OLLAMA_HOST", "127.0.0.1:9")
    seen = found("--model", NATIVE, "--model-base-url", server.url)
    assert seen["server"] == ("ok", f"Ollama 0.33.3 at {server.url}")


def test_a_model_that_is_not_loaded(found: Told, server: FakeOllama) -> None:
    server.loaded = set()
    seen = found("--model", NATIVE, "--suite", "prompts")
    assert seen["context"][0] == "doubt"
    assert seen["context"][1].endswith("the server's own choice may be less. Ask for it: -M num_ctx=4096")
    assert seen["spill"][1] == f"not loaded yet; it is known after: ollama run {MODEL} ''"


def test_a_model_that_was_trained_for_less(found: Told, server: FakeOllama) -> None:
    shown = server.installed[MODEL]
    server.installed[MODEL] = shown | {"model_info": shown["model_info"] | {"qwen3.context_length": 2048}}
    told = found("--model", NATIVE, "--suite", "prompts", status=1)["context"][1]
    assert told.endswith("was trained for 2048. Take another model")


def test_a_model_that_spills_is_a_doubt(found: Told, server: FakeOllama) -> None:
    server.loaded = {MODEL}
    outcome, told = found("--model", NATIVE)["spill"]
    assert outcome == "doubt"
    assert told.startswith(f"75% of 1.0 GB of {MODEL} lies on the processor's side.")


def test_a_model_on_the_processor_alone(found: Told, server: FakeOllama) -> None:
    server.loaded, server.on_gpu = {MODEL}, 0.0
    assert found("--model", NATIVE)["spill"] == ("ok", "it runs on the processor alone")


@pytest.mark.usefixtures("found")
def test_a_run_warns_of_what_the_doctor_tells(server: FakeOllama, tmp_path: Path) -> None:
    # Inspect would hand out the model of an earlier test, with that test's server.
    model = get_model(f"ollama-native/{MODEL}", memoize=False)
    [log] = inspect_eval(
        "llmbench_inspect/prompts", model=model, limit=2, log_dir=str(tmp_path), display="none"
    )
    assert log.status == "success", log.error
    assert log.samples is not None
    warnings = [
        event.message.message
        for sample in log.samples
        for event in sample.events
        if event.event == "logger" and event.message.level == "warning"
    ]
    assert len(warnings) == 2
    assert "is not idle: it holds qwen3-coder:30b. Wait until" in warnings[0]
    assert f"75% of 1.0 GB of {MODEL} lies on the processor's side." in warnings[1]
