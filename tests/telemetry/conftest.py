"""A server on the loopback interface that streams as OpenAI's and Anthropic's do, by a script of steps."""

from __future__ import annotations

import gc
import json
import threading
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest


@dataclass
class Answer:
    """How one request is answered."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: dict[str, Any] = field(default_factory=dict)
    """For a status other than 200."""
    events: list[tuple[float, dict[str, Any]]] = field(default_factory=list)
    """What is streamed: seconds to wait, then the event."""
    drop: bool = False
    """Whether the connection is closed after the events without an end."""


class Streaming(ThreadingHTTPServer):
    """Answers each request by the next of its answers; the last one stays."""

    def __init__(self, answers: list[Answer]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers = answers
        self.requests: list[dict[str, Any]] = []
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def next(self, request: dict[str, Any]) -> Answer:
        with self._lock:
            self.requests.append(request)
            return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


class _Handler(BaseHTTPRequestHandler):
    server: Streaming
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        answer = self.server.next(request | {"path": self.path})
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.status != 200:
            body = json.dumps(answer.body).encode()
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            return
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        for wait, event in answer.events:
            time.sleep(wait)
            name = f"event: {event['type']}\n" if "type" in event else ""
            self.wfile.write(f"{name}data: {json.dumps(event)}\n\n".encode())
            self.wfile.flush()
        if not answer.drop and "chat/completions" in self.path:
            self.wfile.write(b"data: [DONE]\n\n")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        pass


def chat(
    *deltas: tuple[float, dict[str, Any]], usage: dict[str, Any] | None = None, drop: bool = False
) -> Answer:
    """A chat completion: deltas, each after a pause in seconds, then the usage."""
    frame = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m"}
    events = [
        (wait, frame | {"choices": [{"index": 0, "delta": delta, "finish_reason": None}]})
        for wait, delta in deltas
    ]
    if not drop:
        events.append((0, frame | {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}))
        counts = usage or {
            "prompt_tokens": 7,
            "completion_tokens": len(deltas),
            "total_tokens": 7 + len(deltas),
        }
        events.append((0, frame | {"choices": [], "usage": counts}))
    return Answer(events=events, drop=drop)


@pytest.fixture(autouse=True)
def _left_open() -> Iterator[None]:
    """The clients of providers leave connections to the garbage collector where a call or a run failed."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@pytest.fixture
def serve() -> Iterator[Any]:
    """Start a server with these answers."""
    servers: list[Streaming] = []

    def start(*answers: Answer) -> Streaming:
        server = Streaming(list(answers))
        servers.append(server)
        threading.Thread(target=server.serve_forever, args=(0.02,)).start()
        return server

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()
