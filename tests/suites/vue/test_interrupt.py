"""Ctrl-C in the middle of a run, and `inspect eval-retry` after it: nothing lost, nothing twice."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Generator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import psutil
import pytest
from inspect_ai.log import EvalLog, list_eval_logs, read_eval_log

FIXTURES = ["simple-component", "ts-bugfix", "multi-file", "generic-list"]
ANSWER = "```vue\n<script setup lang='ts'>\nconst a = 1\n</script>\n<template>{{ a }}</template>\n```"
INSPECT = Path(sys.executable).parent / "inspect"


class SlowModel(ThreadingHTTPServer):
    """An OpenAI-compatible server that streams after a second and remembers what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.prompts: list[str] = []
        self.asked = threading.Condition()

    def wait_for_prompts(self, count: int, seconds: float) -> bool:
        with self.asked:
            return self.asked.wait_for(lambda: len(self.prompts) >= count, seconds)


class _Handler(BaseHTTPRequestHandler):
    server: SlowModel

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with self.server.asked:
            self.server.prompts.append(_text(request["messages"][-1]["content"]))
            self.server.asked.notify_all()
        time.sleep(1)
        frame = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m"}
        answer = {"index": 0, "finish_reason": "stop", "delta": {"role": "assistant", "content": ANSWER}}
        usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
        events = [frame | {"choices": [answer]}, frame | {"choices": [], "usage": usage}]
        body = "".join(f"data: {event}\n\n" for event in [*map(json.dumps, events), "[DONE]"]).encode()
        # The client is gone when it was interrupted.
        with contextlib.suppress(ConnectionError):
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def log_request(self, code: Any = "-", size: Any = "-") -> None:
        """Keep quiet."""


def _text(content: str | list[dict[str, str]]) -> str:
    return content if isinstance(content, str) else "".join(part["text"] for part in content)


@pytest.fixture
def model() -> Generator[SlowModel]:
    with SlowModel() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def _processes(mark: str) -> list[str]:
    """Command lines of the processes that the marked run has started and not ended."""
    found: list[str] = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.environ().get("LLMBENCH_TEST_MARK") == mark:
                found.append(" ".join(process.cmdline()))
    return found


def _log(folder: Path) -> EvalLog:
    [newest, *_] = list_eval_logs(str(folder), descending=True)
    return read_eval_log(newest)


@pytest.mark.slow
def test_an_interrupted_run_is_taken_up_where_it_was(model: SlowModel, tmp_path: Path) -> None:
    mark = uuid.uuid4().hex
    environment = {
        **os.environ,
        "TEST_BASE_URL": f"http://127.0.0.1:{model.server_port}/v1",
        "TEST_API_KEY": "none",
        "LLMBENCH_TEST_MARK": mark,
    }
    limits = ["--max-samples", "1", "--max-connections", "1", "--display", "plain"]
    command = [INSPECT, "eval", "llmbench_inspect/vue_refactor", "--model", "openai-api/test/m", *limits]
    command += ["-T", f"fixtures={','.join(FIXTURES)}", "--log-dir", str(tmp_path)]
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as run:
        # The second prompt comes when the first sample is done, as one is taken at a time.
        assert model.wait_for_prompts(2, 120), "the run never came to its second sample"
        assert any("worker.mjs" in line for line in _processes(mark))
        # As a terminal does it: the whole foreground group gets the signal.
        os.killpg(run.pid, signal.SIGINT)
        output, _ = run.communicate(timeout=60)
    _wait_until_gone(mark)

    interrupted = _log(tmp_path)
    assert interrupted.status == "cancelled", output
    done = {sample.id: sample.uuid for sample in interrupted.samples or [] if sample.error is None}
    assert len(done) == 1
    asked_before = list(model.prompts)

    retry = [INSPECT, "eval-retry", interrupted.location, *limits, "--log-dir", str(tmp_path)]
    again = subprocess.run(
        retry, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=180, check=False
    )
    assert again.returncode == 0, again.stdout + again.stderr
    _wait_until_gone(mark)

    finished = _log(tmp_path)
    assert finished.status == "success"
    samples = finished.samples or []
    assert sorted(str(sample.id) for sample in samples) == sorted(FIXTURES)
    assert {sample.id: sample.uuid for sample in samples if sample.id in done} == done
    assert all(sample.error is None and sample.scores for sample in samples)
    assert finished.results is not None
    assert finished.results.completed_samples == len(FIXTURES)
    # Only the prompt that the signal cut off was asked for once more.
    times = Counter(model.prompts)
    assert times == {**dict.fromkeys(times, 1), asked_before[-1]: 2}
    assert len(times) == len(FIXTURES)


def _wait_until_gone(mark: str) -> None:
    deadline = time.monotonic() + 10
    while (left := _processes(mark)) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert left == []
