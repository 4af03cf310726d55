"""A server on the loopback interface that speaks OpenAI's protocol, with models that answer after a time."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


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
    times: list[tuple[float, float]] = field(default_factory=list)
    """When each call came and was answered, by `time.monotonic`."""

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
            came = time.monotonic()
            time.sleep(served.seconds)
            served.times.append((came, time.monotonic()))
            served.keys[self.headers["Authorization"].removeprefix("Bearer ")] += 1
            served.asked.append((body["model"], body["messages"][-1]["content"]))
            usage = {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110}
            answer = {"id": "1", "created": 1, "model": body["model"]}
            text = {"role": "assistant", "content": "HEARTBEAT_OK"}
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


@contextmanager
def serving() -> Iterator[Served]:
    """The server, for as long as the context lasts."""
    served = Served(url="")
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(served))
    server.daemon_threads = True
    # A cell that is stopped hangs up in the midst of an answer.
    server.handle_error = lambda request, client_address: None  # type: ignore[method-assign]
    served.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
