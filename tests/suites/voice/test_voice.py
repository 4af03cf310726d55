"""Runs of the voice task: what the model is asked on each path, and what its log tells."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import anyio
import pytest
from inspect_ai import eval as inspect_eval
from inspect_ai.log import EvalLog
from inspect_ai.model import Model, get_model
from inspect_ai.scorer import Score

from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.suites.voice import load_recordings
from llmbench_inspect.suites.voice.hearing import DEAF, HEARING, check_hears
from llmbench_inspect.suites.voice.transcribers import named_transcriber, transcribe
from llmbench_inspect.suites.voice.words import word_errors
from llmbench_inspect.tasks.voice import voice

RunVoice = Callable[..., EvalLog]

RECORDINGS = load_recordings()
HEARS = pytest.mark.skipif(
    find_spec("pocketsphinx") is None, reason="needs pocketsphinx: pip install 'llmbench-inspect[voice]'"
)
REFERENCES = {line.text: line.reference for line in RECORDINGS.requests.values()}


def _scores(log: EvalLog, name: str) -> list[Score]:
    assert log.status == "success", log.error
    return [(sample.scores or {})[name] for sample in log.samples or []]


def _metrics(log: EvalLog, name: str) -> dict[str, float]:
    assert log.results is not None
    found = [score for score in log.results.scores if score.name == name]
    return {key: metric.value for score in found for key, metric in score.metrics.items()}


def _fenced(code: str) -> str:
    return f"Here it is:\n\n```python\n{code}```\n"


def test_the_request_as_it_is_written(run_voice: RunVoice) -> None:
    def answer(prompt: str) -> str:
        [code] = [code for text, code in REFERENCES.items() if text in prompt]
        assert "`solution`" in prompt
        # One of the eight in 15 dB of noise, of the six of `slt`.
        return "I cannot." if "digits" in prompt else _fenced(code)

    log = run_voice(answer, path="text")
    passed = [score.value for score in _scores(log, "request_met")]
    assert sorted(passed) == [0.0] + [1.0] * 23
    metrics = _metrics(log, "request_met")
    assert metrics["accuracy"] == metrics["pass_rate"] == pytest.approx(23 / 24)
    assert metrics["pass_rate_lower"] == pytest.approx(0.7976, abs=1e-4)  # Wilson's, 23 of 24
    assert metrics["pass_rate_upper"] == pytest.approx(0.9926, abs=1e-4)
    assert metrics["15 dB"] == pytest.approx(7 / 8)
    assert metrics["quiet"] == metrics["20 dB"] == metrics["kal16"] == 1
    assert metrics["slt"] == pytest.approx(5 / 6)
    assert metrics["slt_lower"] < metrics["slt"] < metrics["slt_upper"] < 1
    seconds = _metrics(log, "generation_seconds")
    assert 0 <= seconds["p50_lower"] <= seconds["p50"] <= seconds["p50_upper"]
    assert seconds["p50"] <= seconds["p95"]
    assert {"quiet_p50", "slt_p50_upper"} <= set(seconds)
    assert "quiet_p95" not in seconds  # of eight values
    assert not _metrics(log, "word_error_rate")
    assert log.eval.metadata is not None
    assert log.eval.metadata["data"] == RECORDINGS.provenance()


@HEARS
def test_a_recogniser_hears_and_the_model_reads(run_voice: RunVoice) -> None:
    prompts: list[str] = []

    def answer(prompt: str) -> str:
        prompts.append(prompt)
        return _fenced(REFERENCES["Write a function that returns the sum of two numbers."])

    # Each twice, to see that what it heard before does not change what it hears.
    log = run_voice(answer, limit=2, epochs=2)
    samples = log.samples or []
    assert sorted(str(sample.id) for sample in samples) == ["difference-slt-20db"] * 2 + ["sum-slt-quiet"] * 2
    for sample, score in zip(samples, _scores(log, "word_error_rate"), strict=True):
        assert score.answer is not None
        assert sample.messages[0].text in prompts
        assert f"\n\n{score.answer}\n\n" in sample.messages[0].text
        assert score.metadata is not None
        assert str(score.metadata["transcriber"]).startswith("pocketsphinx 5.")
        counted = word_errors(str(sample.metadata["text"]), score.answer)
        assert score.value == counted.errors / counted.words
    words = {(sample.id, (sample.scores or {})["word_error_rate"].answer) for sample in samples}
    assert len(words) == 2
    value = {str(sample.id): (sample.scores or {})["word_error_rate"].value for sample in samples}
    rate = _metrics(log, "word_error_rate")
    assert rate["quiet"] == value["sum-slt-quiet"]
    assert rate["20 dB"] == value["difference-slt-20db"]
    assert min(rate["quiet"], rate["20 dB"]) <= rate["wer"] <= max(rate["quiet"], rate["20 dB"])
    assert 0 < rate["wer"] < 0.7
    passes = _metrics(log, "request_met")
    assert passes["pass_rate"] == 0.5
    assert passes["all_words_right_n"] + passes["words_misheard_n"] == 4
    times = ("transcription_seconds", "generation_seconds", "answer_seconds")
    for name in times:
        assert _metrics(log, name)["p50"] >= 0
    for heard, written, both in zip(*(_scores(log, name) for name in times), strict=True):
        assert heard.as_float() > 0.01
        assert both.as_float() == pytest.approx(heard.as_float() + written.as_float())


@HEARS
def test_samples_go_on_while_one_is_transcribed() -> None:
    sphinx = named_transcriber("pocketsphinx")
    audio = RECORDINGS.folder / RECORDINGS.recordings[0].audio
    gaps: list[float] = []

    async def tick() -> None:
        while True:
            before = anyio.current_time()
            await anyio.sleep(0.01)
            gaps.append(anyio.current_time() - before)

    async def both() -> float:
        async with anyio.create_task_group() as group:
            await transcribe(sphinx, audio)
            group.start_soon(tick)
            heard = await transcribe(sphinx, audio)
            group.cancel_scope.cancel()
        return heard.seconds

    seconds = anyio.run(both)
    assert max(gaps) < max(seconds / 2, 0.1)
    assert sum(gaps) > seconds * 0.8


def _hearing(url: str) -> Model:
    return get_model("openai-api/local/m", base_url=url, api_key="x", memoize=False)


def test_the_model_hears(chat: Callable[..., Any], tmp_path: Path) -> None:
    by_digest = {one.sha256: one for one in RECORDINGS.recordings}
    heard: list[str] = []

    def answer(body: dict[str, Any]) -> dict[str, Any]:
        text, sound = body["messages"][-1]["content"]
        assert text["type"] == "text"
        assert "`solution`" in text["text"]
        assert sound["type"] == "input_audio"
        assert sound["input_audio"]["format"] == "wav"
        content = base64.b64decode(sound["input_audio"]["data"])
        recording = by_digest[hashlib.sha256(content).hexdigest()]
        request = RECORDINGS.requests[recording.request]
        # Nothing of the request is told in writing.
        assert not any(word in text["text"] for word in request.text.rstrip(".").split()[5:] if len(word) > 4)
        heard.append(recording.id)
        return {"content": _fenced(request.reference)}

    [log] = inspect_eval(
        voice(path="audio"),
        model=_hearing(chat(answer).url),
        log_dir=str(tmp_path),
        display="none",
        limit=3,
    )
    assert [score.value for score in _scores(log, "request_met")] == [1, 1, 1]
    assert sorted(heard) == sorted(str(sample.id) for sample in log.samples or [])
    assert _metrics(log, "generation_seconds")["p50"] > 0
    assert set((log.samples or [])[0].scores or {}) == {"request_met", "generation_seconds"}


def test_a_provider_that_takes_no_sound_is_not_asked(chat: Callable[..., Any], tmp_path: Path) -> None:
    asked: list[dict[str, Any]] = []
    server = chat(lambda body: asked.append(body) or {"content": "?"})
    model = get_model("anthropic/claude-haiku-4-5", base_url=server.url, api_key="x", memoize=False)
    [log] = inspect_eval(voice(path="audio"), model=model, log_dir=str(tmp_path), display="none", limit=1)
    assert log.status == "error"
    assert log.error is not None
    assert "'anthropic'" in log.error.message
    assert "openai-api" in log.error.message
    assert "-T path=transcribe" in log.error.message
    assert not asked


def test_which_providers_take_sound() -> None:
    check_hears(_hearing("http://127.0.0.1:9/v1"))
    check_hears(get_model("mockllm/model"))
    assert not DEAF.intersection(HEARING)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"path": "telephone"}, "path='telephone' is not known"),
        ({"transcriber": "pocketsphynx"}, "Did you mean 'pocketsphinx'"),
        ({"data": "nowhere"}, "nowhere/requests.jsonl cannot be read"),
    ],
)
def test_arguments_are_checked_before_anything_runs(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(PrerequisiteError, match=message):
        voice(**arguments)


@pytest.mark.skipif(find_spec("faster_whisper") is not None, reason="faster-whisper is installed")
def test_a_recogniser_that_is_not_installed() -> None:
    with pytest.raises(PrerequisiteError, match="pip install faster-whisper"):
        voice(transcriber="faster-whisper/tiny.en")
