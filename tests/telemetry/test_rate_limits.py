"""Servers that refuse, break off and fall silent: every sample finishes, and nothing is asked for twice."""

from __future__ import annotations

import time
from collections.abc import Callable
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest
from inspect_ai import Task, eval_retry
from inspect_ai import eval as run_eval
from inspect_ai.dataset import Sample
from inspect_ai.log import EvalLog
from inspect_ai.model import get_model
from inspect_ai.solver import generate

from llmbench_inspect.telemetry import MAX_RETRIES, Call, ModelCalls, timed

from .conftest import Answer, Streaming, chat

Serve = Callable[..., Streaming]

WORKS = chat((0.0, {"content": "ANSWER: "}), (0.0, {"content": "14"}))


def refusal(status: int, **headers: str) -> Answer:
    error = {"error": {"message": "come back later", "type": "requests", "code": "rate_limit_exceeded"}}
    return Answer(
        status=status, headers={name.replace("_", "-"): text for name, text in headers.items()}, body=error
    )


def calls(log: EvalLog) -> list[Call]:
    assert log.status == "success", log.error
    return [call for sample in log.samples or () for call in sample.store_as(ModelCalls).calls]


def asked(server: Streaming, folder: Path, *, samples: int = 4, **options: Any) -> EvalLog:
    model = get_model("openai-api/local/m", base_url=f"{server.url}/v1", api_key="x", memoize=False)
    task = Task(dataset=[Sample(input=f"{n}?") for n in range(samples)], solver=timed(generate()))
    [log] = run_eval(task, model=model, log_dir=str(folder), display="none", max_samples=2, **options)
    return log


@pytest.mark.parametrize(
    "fault",
    [
        lambda: refusal(429, Retry_After="1"),
        lambda: refusal(429, Retry_After=formatdate(time.time() + 2, usegmt=True)),
        lambda: refusal(503),
    ],
    ids=["429 with seconds", "429 with a date", "503"],
)
def test_all_samples_finish_and_waits_are_no_latency(
    fault: Callable[[], Answer], serve: Serve, tmp_path: Path
) -> None:
    server = serve(fault(), fault(), WORKS)
    done = calls(asked(server, tmp_path))
    assert len(done) == 4
    assert sum(call.attempts for call in done) == 6 == len(server.requests)
    waited = [call for call in done if call.attempts > 1]
    assert all(call.retries > call.seconds for call in waited)
    assert all(call.retries == 0 for call in done if call not in waited)


def test_a_stream_that_falls_silent_is_asked_for_again(serve: Serve, tmp_path: Path) -> None:
    silent = chat((0.0, {"content": "ANS"}), (6.0, {"content": "WER"}))
    server = serve(silent, WORKS)
    [call] = calls(asked(server, tmp_path, samples=1, stream_idle_timeout=1, max_retries=2))
    assert call.attempts == 2
    assert call.chunks == 2
    assert call.retries > 1


@pytest.mark.parametrize("task", ["gsm8k", "mmlu", "humaneval"])
def test_retries_are_bounded_unless_the_user_says_otherwise(
    task: str, serve: Serve, tmp_path: Path, data_dir: Path
) -> None:
    model = get_model("openai-api/local/m", base_url=f"{serve(WORKS).url}/v1", api_key="x", memoize=False)
    options: dict[str, Any] = {"task_args": {"data": str(data_dir)}, "limit": 1, "display": "none"}
    [log] = run_eval(f"llmbench_inspect/{task}", model=model, log_dir=str(tmp_path), **options)
    assert log.plan.config.max_retries == MAX_RETRIES
    [log] = run_eval(f"llmbench_inspect/{task}", model=model, log_dir=str(tmp_path), max_retries=9, **options)
    assert log.plan.config.max_retries == 9


def test_a_daily_quota_ends_the_run_and_a_retry_does_the_rest(
    serve: Serve, tmp_path: Path, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    quota = refusal(429, Retry_After="43200")
    server = serve(WORKS, WORKS, WORKS, quota)
    monkeypatch.setenv("LOCAL_BASE_URL", f"{server.url}/v1")
    monkeypatch.setenv("LOCAL_API_KEY", "x")
    [ended] = run_eval(
        "llmbench_inspect/gsm8k",
        model="openai-api/local/m",
        task_args={"data": str(data_dir)},
        limit=6,
        log_dir=str(tmp_path),
        display="none",
        max_samples=1,
        max_retries=0,
    )
    assert ended.status == "error"
    finished = {sample.id for sample in ended.samples or () if sample.error is None}
    assert len(finished) == 3
    server.answers[:] = [WORKS]
    before = len(server.requests)
    [whole] = eval_retry(ended, log_dir=str(tmp_path), display="none", max_samples=1)
    assert whole.status == "success"
    assert len(server.requests) - before == 3
    assert whole.samples is not None
    assert len({sample.id for sample in whole.samples}) == len(whole.samples) == 6
    assert all(len(sample.store_as(ModelCalls).calls) == 1 for sample in whole.samples)
