"""Whatever goes wrong with a server is said with what mends it, and asked again only where that may help."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from inspect_ai.model import GenerateConfig, RetryDecision, StreamEvent, get_model
from tenacity import RetryError

from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.providers.ollama import OllamaError
from tests.providers.ollama.conftest import MODEL, Answer, FakeOllama, ModelOf, end, said

pytestmark = [
    pytest.mark.anyio,
    # Inspect's own call of tenacity.
    pytest.mark.filterwarnings("ignore:The 'initial' parameter is deprecated:DeprecationWarning"),
]
ONCE = GenerateConfig(max_retries=0)


@pytest.fixture
def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return listening.getsockname()[1]


def test_a_server_that_is_down(free_port: int) -> None:
    with pytest.raises(
        PrerequisiteError, match=rf"answers at http://127\.0\.0\.1:{free_port} .*`ollama serve`.*OLLAMA_HOST"
    ):
        get_model(f"ollama-native/{MODEL}", base_url=f"http://127.0.0.1:{free_port}", memoize=False)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("qwen3:0.6", r"Did you mean ollama-native/qwen3:0\.6b\? Get it: `ollama pull qwen3:0\.6`"),
        ("llama3.2:3b", r"has no model 'llama3\.2:3b'\. Get it: `ollama pull llama3\.2:3b`"),
    ],
)
def test_a_model_that_is_not_installed(name: str, hint: str, model_of: ModelOf) -> None:
    with pytest.raises(PrerequisiteError, match=rf"{hint}.*Installed: qwen3-coder:30b, qwen3:0\.6b"):
        model_of(name)


def test_the_url_of_the_other_api(server: FakeOllama, model_of: ModelOf) -> None:
    with pytest.raises(PrerequisiteError, match=rf"not under /v1: --model-base-url {server.url}$"):
        model_of(base_url=f"{server.url}/v1")


@pytest.mark.parametrize("address", ["127.0.0.1:port", "http://127.0.0.1:99999"])
def test_an_address_that_is_none(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OLLAMA_HOST", address)
    with pytest.raises(PrerequisiteError, match=f"OLLAMA_HOST={address} is no address"):
        get_model(f"ollama-native/{MODEL}", memoize=False)


class _OtherServer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = b"<html>It works!</html>"
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        pass


@pytest.fixture
def other_server() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _OtherServer)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_server_of_another_kind(other_server: str) -> None:
    with pytest.raises(PrerequisiteError, match=f"What answers at {other_server} is no Ollama server"):
        get_model(f"ollama-native/{MODEL}", base_url=other_server, memoize=False)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"num_cxt": 8192}, "knows no argument -M num_cxt=. Known: .*num_ctx"),
        ({"num_ctx": "large"}, "cannot take -M num_ctx=large: Input should be a valid integer"),
        ({"num_ctx": 0}, "at least 1"),
        ({"think": "hard"}, "think=hard: true, false, low"),
        ({"think": 1}, "think=1: true, false, low"),
        ({"keep_alive": [1]}, "keep_alive="),
        ({"timeout": 0}, "timeout=0: seconds, more than 0"),
    ],
)
def test_arguments_that_ollama_would_pass_over(
    arguments: dict[str, Any], message: str, model_of: ModelOf, server: FakeOllama
) -> None:
    with pytest.raises(PrerequisiteError, match=message):
        model_of(**arguments)
    assert server.requests == []


MEMORY = "model requires more system memory (18.7 GiB) than is available (7.5 GiB)"
CUDA = "llama runner process has terminated: cudaMalloc failed: out of memory"


@pytest.mark.parametrize(
    ("said_by_server", "status", "message"),
    [
        (MEMORY, 500, r"18\.7 GiB.*\nOut of memory\. .*-M num_ctx="),
        (CUDA, 500, r"cudaMalloc.*\nOut of memory\. .*ollama stop"),
        ("timed out waiting for llama runner to start: ", 500, "OLLAMA_LOAD_TIMEOUT=30m"),
        ('"qwen3:0.6b" does not support tools', 400, "ollama show qwen3:0.6b"),
        (
            "model runner has unexpectedly stopped, this may be due to resource limitations",
            500,
            "unexpectedly stopped",
        ),
        ("model 'qwen3:0.6b' not found", 404, "ollama pull qwen3:0.6b"),
    ],
)
@pytest.mark.parametrize("when", ["load", "call", "stream"])
async def test_what_would_recur_is_not_asked_again(
    said_by_server: str, status: int, message: str, when: str, model_of: ModelOf, server: FakeOllama
) -> None:
    refusal: list[Any] = [{"error": said_by_server}]
    if when == "load":
        server.load = Answer(refusal, status=status)
    elif when == "call":
        server.answers.append(Answer(refusal, status=status))
    else:
        server.answers.append(Answer([said("Hel"), *refusal]))
    async with model_of() as model:
        with pytest.raises(OllamaError, match=message) as caught:
            await model.generate("Hi.")
        assert not model.api.should_retry(caught.value)
    assert len(server.chats) == (0 if when == "load" else 1)


QUEUE_FULL = ", please try again.  maximum pending requests exceeded"


QUEUE_FULL = "server busy, please try again.  maximum pending requests exceeded"


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Answer([{"error": QUEUE_FULL}], status=503), "rate_limit"),
        (Answer([{"error": "too many requests"}], status=429), "rate_limit"),
        (Answer([b"<html>Bad Gateway</html>"], status=502), "transient"),
        (Answer([said("Hel")], breaks_off=True), "transient"),
        (Answer([said("Hel")]), "transient"),
        (Answer([b"\n"], breaks_off=True), "transient"),
    ],
)
async def test_what_may_pass_is_asked_again(
    answer: Answer, kind: str, model_of: ModelOf, server: FakeOllama
) -> None:
    server.answers.append(answer)
    async with model_of() as model:
        with pytest.raises(RetryError) as caught:
            await model.generate("Hi.", config=ONCE)
        failure = caught.value.__cause__
        assert isinstance(failure, OllamaError)
        decision = model.api.should_retry(failure)
    assert decision
    assert isinstance(decision, RetryDecision)
    assert decision.kind == kind


async def test_a_lost_connection_is_made_anew_and_the_stream_begins_again(
    model_of: ModelOf, server: FakeOllama
) -> None:
    server.answers.extend([Answer([said("Hel")], breaks_off=True), Answer([said("Good day."), end()])])
    events: list[StreamEvent] = []

    async def take(event: StreamEvent) -> None:
        events.append(event)

    async with model_of() as model:
        output = await model.generate("Hi.", on_stream=take)
    assert output.completion == "Good day."
    assert [event.type for event in events] == ["text", "retry", "text"]


async def test_a_server_that_goes_away_is_not_waited_for(model_of: ModelOf, server: FakeOllama) -> None:
    async with model_of() as model:
        await model.generate("Hi.")
        server.shutdown()
        server.server_close()
        with pytest.raises(OllamaError, match=r"No Ollama server answers .*`ollama serve`"):
            await model.generate("Hi.")


async def test_a_server_that_falls_silent(model_of: ModelOf, server: FakeOllama) -> None:
    async with model_of(timeout=0.3) as model:
        await model.generate("Hi.")
        server.answers.append(Answer([said("Hel"), end()], pause=1.0))
        with pytest.raises(OllamaError, match=r"said nothing for 0\.3 s.* -M timeout=1\.2"):
            await model.generate("Hi.")


async def test_an_answer_that_is_none_of_ollamas(model_of: ModelOf, server: FakeOllama) -> None:
    server.answers.append(Answer([b"[1, 2]\n"]))
    async with model_of() as model:
        with pytest.raises(OllamaError, match="not of Ollama's API"):
            await model.generate("Hi.")


@pytest.mark.parametrize(
    "reason",
    [
        "prediction aborted, token repeat limit reached",
        "error parsing tool call: raw='{\"name\": ', err=unexpected end of JSON input",
        'llama-server returned invalid tool call arguments for "clock": invalid character',
    ],
)
async def test_what_the_model_brought_about_is_its_answer(
    reason: str, model_of: ModelOf, server: FakeOllama
) -> None:
    server.answers.append(Answer([said("la la "), said("la"), {"error": reason}]))
    async with model_of() as model:
        output = await model.generate("Sing.")
    assert output.completion == "la la la"
    assert output.error == reason
    assert output.stop_reason == "unknown"
    assert output.usage is None
    assert len(server.chats) == 1
