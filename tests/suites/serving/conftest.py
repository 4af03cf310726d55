"""A server on the loopback interface that streams at a known pace, to so many at once and no more."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from inspect_ai import Task, eval  # noqa: A004
from inspect_ai.log import EvalLog
from inspect_ai.model import Model, get_model

from llmbench_inspect.tasks.serving import serving

TEMPLATE = 9
"""Tokens that the server counts beyond the words of a prompt."""


@dataclass
class Seen:
    """One request, as the server saw it; UNIX time."""

    prompt: str
    tokens: int
    """Asked for."""
    in_flight: int
    """With itself, at its arrival."""
    arrived: float
    ended: float = 0.0


@dataclass
class Pace:
    """How the server answers."""

    ttft: Callable[[int], float] = lambda number: 0.02
    """Seconds to the first token of a request, numbered from 0."""
    itl: float = 0.002
    capacity: int = 1000
    """Requests that it serves at once; others wait."""
    word: Callable[[str, int], str] = lambda prompt, index: f" {index}"
    """The text of a token, by its place."""
    fails: Callable[[int], bool] = lambda number: False
    """Whether a request, numbered from 0, is refused with status 400."""


@dataclass
class Paced:
    """The running server."""

    pace: Pace
    url: str = ""
    seen: list[Seen] = field(default_factory=list)
    """Requests in the order of arrival, probes too."""
    in_flight: int = 0

    @property
    def model(self) -> Model:
        return get_model("openai-api/local/m", base_url=f"{self.url}/v1", api_key="x", memoize=False)

    @property
    def load(self) -> list[Seen]:
        """Requests that are no probes."""
        return [seen for seen in self.seen if seen.tokens > 1]

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        [length] = [
            int(line.split(b":")[1])
            for line in head.lower().splitlines()
            if line.startswith(b"content-length")
        ]
        await self._chat(json.loads(await reader.readexactly(length)), writer)
        # Clients are never closed by Inspect: a connection of each request's own leaves no socket behind.
        writer.close()

    async def _chat(self, body: dict[str, Any], writer: asyncio.StreamWriter) -> None:
        prompt = body["messages"][-1]["content"]
        tokens = body.get("max_completion_tokens") or body.get("max_tokens") or 8
        number = len(self.load)
        self.in_flight += 1
        seen = Seen(prompt, tokens, self.in_flight, arrived=time.time())
        self.seen.append(seen)
        try:
            if tokens > 1 and self.pace.fails(number):
                _whole(writer, "400 Bad Request", {"error": {"message": "broken", "type": "server_error"}})
            elif body.get("stream"):
                async with self._slots:
                    await self._stream(number, tokens, prompt, writer)
            else:
                _whole(writer, "200 OK", _completion(prompt))
            await writer.drain()
        finally:
            self.in_flight -= 1
            seen.ended = time.time()

    async def _stream(self, number: int, tokens: int, prompt: str, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n")
        loop = asyncio.get_running_loop()
        due = loop.time() + self.pace.ttft(number)
        for index in range(tokens):
            # Against the clock, so that a busy machine delays a token and not all that follow.
            await asyncio.sleep(due - loop.time())
            due += self.pace.itl
            _chunk(writer, {"choices": [_choice({"content": self.pace.word(prompt, index)})]})
        _chunk(writer, {"choices": [_choice({}, "stop")]})
        _chunk(writer, {"choices": [], "usage": _usage(prompt, tokens)})
        writer.write(b"data: [DONE]\n\n")

    def run(self, ready: threading.Event) -> None:
        async def serve() -> None:
            self._slots = asyncio.Semaphore(self.pace.capacity)
            self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
            server = await asyncio.start_server(self.answer, "127.0.0.1", 0)
            self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            ready.set()
            await self._stop.wait()
            server.close()

        asyncio.run(serve())

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)


def _choice(delta: dict[str, Any], reason: str | None = None) -> dict[str, Any]:
    return {"index": 0, "delta": delta, "finish_reason": reason}


def _usage(prompt: str, tokens: int) -> dict[str, int]:
    count = len(prompt.split()) + TEMPLATE
    return {"prompt_tokens": count, "completion_tokens": tokens, "total_tokens": count + tokens}


def _completion(prompt: str) -> dict[str, Any]:
    choice = {"index": 0, "message": {"role": "assistant", "content": "x"}, "finish_reason": "length"}
    frame = {"id": "1", "object": "chat.completion", "created": 1, "model": "m"}
    return frame | {"choices": [choice], "usage": _usage(prompt, 1)}


def _whole(writer: asyncio.StreamWriter, status: str, body: dict[str, Any]) -> None:
    data = json.dumps(body).encode()
    head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(data)}\r\n"
    head += "Connection: close\r\n\r\n"
    writer.write(head.encode() + data)


def _chunk(writer: asyncio.StreamWriter, part: dict[str, Any]) -> None:
    frame = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m"}
    writer.write(f"data: {json.dumps(frame | part)}\n\n".encode())


@pytest.fixture
def paced() -> Iterator[Callable[..., Paced]]:
    """Start a server of a pace."""
    running: list[tuple[Paced, threading.Thread]] = []

    def start(**pace: Any) -> Paced:
        server, ready = Paced(Pace(**pace)), threading.Event()
        thread = threading.Thread(target=server.run, args=(ready,))
        thread.start()
        assert ready.wait(10)
        running.append((server, thread))
        return server

    yield start
    for server, thread in running:
        server.stop()
        thread.join()


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., EvalLog]:
    """Run the task against a server, one round unless told otherwise."""

    def evaluate(
        server: Paced, *, epochs: int = 1, options: dict[str, Any] | None = None, **arguments: Any
    ) -> EvalLog:
        task: Task = serving(**arguments)
        [log] = eval(
            task, model=server.model, log_dir=str(tmp_path), display="none", epochs=epochs, **(options or {})
        )
        assert log.status == "success", log.error
        return log

    return evaluate
