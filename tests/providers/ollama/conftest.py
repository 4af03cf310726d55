"""A loopback server that speaks Ollama's own API by a script: lines, pauses, refusals, broken connections."""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from inspect_ai.model import Model, get_model

import llmbench_inspect.providers  # noqa: F401 - registers ollama-native/

MODEL = "qwen3:0.6b"
LAST = {
    "done": True,
    "done_reason": "stop",
    "total_duration": 4_883_583_458,
    "load_duration": 1_334_875,
    "prompt_eval_count": 26,
    "prompt_eval_duration": 342_546_000,
    "eval_count": 282,
    "eval_duration": 4_535_599_000,
}
"""The end of a stream in Ollama's API documentation."""

QWEN3 = {
    "parameters": 'stop                           "<|im_start|>"\ntemperature                    0.6',
    "details": {
        "format": "gguf",
        "family": "qwen3",
        "parameter_size": "751.63M",
        "quantization_level": "Q4_K_M",
    },
    "model_info": {
        "general.architecture": "qwen3",
        "general.parameter_count": 751_632_384,
        "qwen3.block_count": 28,
        "qwen3.context_length": 40_960,
    },
    "capabilities": ["completion", "tools", "thinking"],
}
QWEN3_MOE = {
    "details": {
        "format": "gguf",
        "family": "qwen3moe",
        "parameter_size": "30.5B",
        "quantization_level": "Q4_K_M",
    },
    "model_info": {
        "general.architecture": "qwen3moe",
        "general.parameter_count": 30_532_122_624,
        "qwen3moe.block_count": 48,
        "qwen3moe.context_length": 262_144,
        "qwen3moe.expert_count": 128,
        "qwen3moe.expert_used_count": 8,
    },
    "capabilities": ["completion", "tools", "thinking"],
}


def said(content: str = "", **message: Any) -> dict[str, Any]:
    """A part in the middle of an answer."""
    return {
        "model": MODEL,
        "created_at": "2026-11-21T08:52:19.385406455Z",
        "message": {"role": "assistant", "content": content, **message},
        "done": False,
    }


def end(**changes: Any) -> dict[str, Any]:
    """The last part of an answer."""
    return said() | LAST | changes


@dataclass
class Answer:
    """What `/api/chat` does once."""

    parts: list[dict[str, Any] | bytes] = field(default_factory=lambda: [said("Hello."), end()])
    """The lines; bytes go out as they are."""
    status: int = 200
    """HTTP status."""
    pause: float = 0.0
    """Seconds before each line."""
    breaks_off: bool = False
    """Whether the connection is dropped instead of ended."""


class FakeOllama(ThreadingHTTPServer):
    """Installed models, a queue of answers, and the requests that came."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.version = "0.33.3"
        self.installed: dict[str, dict[str, Any]] = {MODEL: QWEN3, "qwen3-coder:30b": QWEN3_MOE}
        self.context = 4096
        self.on_gpu = 0.25
        self.loaded: set[str] | None = None
        self.tells_digests = True
        self.load = Answer([end(done_reason="load")])
        self.answers: deque[Answer] = deque()
        self.requests: list[tuple[str, dict[str, Any]]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    @property
    def chats(self) -> list[dict[str, Any]]:
        """The bodies of the calls that asked something."""
        return [body for path, body in self.requests if path == "/api/chat" and body["messages"]]

    def asked(self, path: str) -> int:
        """How often a path was asked for."""
        return [each for each, _ in self.requests].count(path)

    def get(self, path: str) -> dict[str, Any]:
        digests = {name: f"{number:064x}" for number, name in enumerate(self.installed, start=1)}
        models = [
            {"name": name, "model": name, "size": 522_653_767}
            | ({"digest": digests[name]} if self.tells_digests else {})
            for name in self.installed
        ]
        if path == "/api/version":
            return {"version": self.version}
        if path == "/api/tags":
            return {"models": models}
        sizes = {"size": 1_000_000_000, "size_vram": int(self.on_gpu * 1_000_000_000)}
        loaded = [model for model in models if self.loaded is None or model["name"] in self.loaded]
        return {"models": [model | sizes | {"context_length": self.context} for model in loaded]}


class _Handler(BaseHTTPRequestHandler):
    server: FakeOllama
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.server.requests.append((self.path, {}))
        self._send(200, [self.server.get(self.path)])

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append((self.path, body))
        if body["model"] not in self.server.installed:
            self._send(404, [{"error": f"model '{body['model']}' not found"}])
        elif self.path == "/api/show":
            self._send(200, [self.server.installed[body["model"]]])
        elif not body["messages"]:
            self._answer(self.server.load)
        else:
            self._answer(self.server.answers.popleft() if self.server.answers else Answer())

    def _answer(self, answer: Answer) -> None:
        self._send(answer.status, answer.parts, pause=answer.pause, breaks_off=answer.breaks_off)

    def _send(self, status: int, parts: list[Any], *, pause: float = 0.0, breaks_off: bool = False) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/x-ndjson")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        try:
            for part in parts:
                time.sleep(pause)
                line = (
                    part if isinstance(part, bytes) else json.dumps(part, ensure_ascii=False).encode() + b"\n"
                )
                self.wfile.write(b"%x\r\n%s\r\n" % (len(line), line))
                self.wfile.flush()
            if breaks_off:
                self.close_connection = True
            else:
                self.wfile.write(b"0\r\n\r\n")
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        pass


def _line(part: dict[str, Any]) -> bytes:
    return json.dumps(part, ensure_ascii=False).encode() + b"\n"


@pytest.fixture
def server() -> Iterator[FakeOllama]:
    fake = FakeOllama()
    thread = threading.Thread(target=fake.serve_forever, args=(0.02,))
    thread.start()
    yield fake
    fake.shutdown()
    thread.join()
    fake.server_close()


ModelOf = Callable[..., Model]


@pytest.fixture
def model_of(server: FakeOllama) -> ModelOf:
    """A model of the scripted server, with the `-M` arguments given."""

    def make(name: str = MODEL, **arguments: Any) -> Model:
        arguments = {"base_url": server.url} | arguments
        return get_model(f"ollama-native/{name}", memoize=False, **arguments)

    return make
