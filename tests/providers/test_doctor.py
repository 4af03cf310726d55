"""`llmbench doctor --model`: embedded models, and servers that speak OpenAI's protocol."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

Told = Callable[..., dict[str, tuple[str, str]]]


class Listing(ThreadingHTTPServer):
    """A server that lists its models to who has the key."""

    daemon_threads = True
    owner = "vllm"

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


class _Handler(BaseHTTPRequestHandler):
    server: Listing

    def do_GET(self) -> None:
        known = self.headers["Authorization"] == "Bearer right"
        body = json.dumps({"data": [{"id": "qwen/qwen3-8b", "owned_by": self.server.owner}]}).encode()
        self.send_response(200 if known else 401)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        pass


@pytest.fixture
def server() -> Iterator[Listing]:
    with Listing() as listing:
        thread = threading.Thread(target=listing.serve_forever, args=(0.02,))
        thread.start()
        yield listing
        listing.shutdown()
        thread.join()


def test_a_server_that_has_the_model(told: Told, server: Listing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCAL_BASE_URL", server.url)
    monkeypatch.setenv("LOCAL_API_KEY", "right")
    seen = told("--model", "openai-api/local/qwen/qwen3-8b")
    assert seen["api_key"] == ("ok", f"the client can be made, for {server.url}")
    assert seen["server"] == ("ok", f"{server.url} answers")
    assert seen["model"] == ("ok", "qwen/qwen3-8b is served")


def test_a_server_without_the_model(told: Told, server: Listing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCAL_BASE_URL", server.url)
    monkeypatch.setenv("LOCAL_API_KEY", "right")
    words = told("--model", "openai-api/local/qwen/qwen3-80b", status=1)["model"][1]
    assert words == (
        f"The server at {server.url} has no model 'qwen/qwen3-80b'. Did you mean 'qwen/qwen3-8b'? "
        "It has: qwen/qwen3-8b"
    )
    server.owner = "llamacpp"
    assert told("--model", "openai-api/local/anything")["model"][0] == "ok"


def test_a_server_that_refuses_the_key(told: Told, server: Listing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCAL_BASE_URL", server.url)
    monkeypatch.setenv("LOCAL_API_KEY", "wrong-and-secret")
    words = told("--model", "openai-api/local/qwen/qwen3-8b", status=1)["server"][1]
    assert "refuses the API key" in words
    assert "secret" not in words


def test_a_server_that_is_not_there(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCAL_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("LOCAL_API_KEY", "right")
    seen = told("--model", "openai-api/local/qwen/qwen3-8b", status=1)
    assert seen["server"][1].startswith("No server answers at http://127.0.0.1:9/v1 (")
    assert seen["model"][0] == "skipped"


def test_embedded_models(told: Told, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LLMBENCH_CACHE_DIR", str(tmp_path))
    seen = told("--model", "embedded/smollm2-135m", "--suite", "prompts")
    assert seen["model"] == ("ok", "embedded/smollm2-135m (98 MB) is fetched by the first run")
    assert seen["context"][1].startswith("8192 tokens as it is started; ")
    assert "server" not in seen
    words = told("--model", "embedded/smollm2-135", status=1)["model"][1]
    assert "Did you mean embedded/smollm2-135m?" in words
