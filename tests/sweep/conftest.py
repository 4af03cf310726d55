"""A server on the loopback interface with two models, and plans that use it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

COMMAND = [sys.executable, "-c", "from llmbench_inspect.cli import main; main()"]


@dataclass
class Served:
    """The running server."""

    url: str
    asked: list[tuple[str, str]] = field(default_factory=list)
    """Model and prompt of each call that came to its answer, in their order."""
    seconds: float = 0.0
    """That an answer takes."""
    models: tuple[str, ...] = ("alpha", "beta")
    refused: str = ""
    """The model whose calls are refused."""
    keys: Counter[str] = field(default_factory=Counter)
    """Calls by the key that they had."""

    def models_in_turn(self) -> list[str]:
        """The models of the calls, each name once where it follows itself."""
        names = [model for model, _ in self.asked]
        return [name for name, before in zip(names, [None, *names], strict=False) if name != before]


def _handler(served: Served) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._json({"object": "list", "data": [{"id": name} for name in served.models]})

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if body["model"] == served.refused:
                self._json({"error": {"message": "broken", "type": "server_error"}}, status=400)
                return
            time.sleep(served.seconds)
            served.keys[self.headers["Authorization"].removeprefix("Bearer ")] += 1
            served.asked.append((body["model"], body["messages"][-1]["content"]))
            usage = {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110}
            answer = {"id": "1", "created": 1, "model": body["model"]}
            text = {"role": "assistant", "content": "yes"}
            if not body.get("stream"):
                choice = {"index": 0, "message": text, "finish_reason": "stop"}
                self._json(answer | {"object": "chat.completion", "choices": [choice], "usage": usage})
                return
            answer["object"] = "chat.completion.chunk"
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.end_headers()
            for told in (
                {"choices": [{"index": 0, "delta": text, "finish_reason": None}]},
                {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]},
                {"choices": [], "usage": usage},
            ):
                self.wfile.write(b"data: %b\n\n" % json.dumps(answer | told).encode())
            self.wfile.write(b"data: [DONE]\n\n")

        def _json(self, told: dict[str, Any], *, status: int = 200) -> None:
            content = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    return Handler


@pytest.fixture
def served() -> Iterator[Served]:
    served = Served(url="")
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(served))
    server.daemon_threads = True
    # A cell that is stopped hangs up in the midst of an answer.
    server.handle_error = lambda request, client_address: None  # type: ignore[method-assign]
    served.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield served
    server.shutdown()
    server.server_close()
    thread.join()


Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts `llmbench` in a folder of its own."""
    started: list[subprocess.Popen[str]] = []
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in {"OPENAI_API_KEY", "INSPECT_LOG_DIR", "INSPECT_EVAL_MODEL"}
    }

    def start(*arguments: str | Path) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [*COMMAND, *map(str, arguments)],
            cwd=tmp_path,
            env=environment | {"LOCAL_API_KEY": "none", "COLUMNS": "120"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def plan(tmp_path: Path, served: Served) -> Callable[[str], Path]:
    """Writes a plan; `SERVER` in it is the loopback server."""

    def write(text: str) -> Path:
        file = tmp_path / "plan.toml"
        file.write_text(text.replace("SERVER", served.url), encoding="utf-8")
        return file

    return write
