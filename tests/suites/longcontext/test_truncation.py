"""A prompt that is cut, refused or too long is not judged: it is counted apart, with the reason."""

from __future__ import annotations

import json
import math
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import anyio
import pytest
from inspect_ai.model import ModelOutput, get_model
from typing_extensions import override

from llmbench_inspect.suites.longcontext.window import Window, context_window
from llmbench_inspect.tasks.long_context import long_context

from .conftest import Run, Server


def test_a_cut_prompt_is_invalid_and_the_other_lengths_count(run: Run) -> None:
    ran = run(long_context("needle", "2k,8k", "1", questions=2), Server(window=4096))
    assert ran.metrics["right"]["accuracy"] == ran.metrics["right"]["2k"] == 1
    assert "8k" not in ran.metrics["right"]
    assert ran.metrics["prompt"]["whole"] == ran.metrics["prompt"]["truncated"] == 2
    cut = ran.scores("right")["needle-1-8k-at-1"]
    assert math.isnan(cut.as_float())
    assert cut.reason == "truncated"
    assert "4,096 tokens of a prompt that has about 7," in str(cut.explanation)
    # What is known to be cut is not asked: two short probes, one for each length, two questions.
    assert len(ran.server.prompts) == 6


def test_a_question_that_is_cut_where_the_probe_was_not_is_invalid_too(run: Run) -> None:
    server = Server()

    def counts(read: int, sent: int) -> int:
        return read // 2 if len(server.prompts) > 3 else read

    server.counts = counts
    ran = run(long_context("needle", "2k", "0.5", questions=1), server)
    assert ran.metrics["prompt"]["truncated"] == 1
    assert ran.scores("latency_s")["needle-1-2k-at-0.5"].reason == "truncated"


def test_a_server_that_counts_what_it_does_not_read_shows_in_the_check_words(run: Run) -> None:
    ran = run(
        long_context("needle", "2k,8k", "1", questions=2),
        Server(window=4096, counts=lambda read, sent: sent),
    )
    assert ran.metrics["prompt"]["head_named"] == 0.5
    assert ran.metrics["prompt"]["tail_named"] == 1


def test_without_counts_the_check_words_prove_a_prompt_whole(run: Run) -> None:
    ran = run(
        long_context("needle", "2k,8k", "1", questions=2), Server(window=6000, counts=lambda read, sent: 0)
    )
    assert ran.metrics["prompt"]["whole"] == ran.metrics["prompt"]["unproven"] == 2
    assert ran.metrics["right"]["accuracy"] == 1
    assert {score.reason for score in ran.scores("input_tokens").values()} == {"not counted", "unproven"}


def test_a_length_beyond_the_window_is_skipped_with_the_reason(run: Run) -> None:
    ran = run(long_context("needle", "2k,8k", "1", questions=2, window=4096), Server())
    assert ran.metrics["prompt"]["beyond_window"] == 2
    skipped = ran.scores("right")["needle-2-8k-at-1"]
    assert skipped.reason == "beyond_window"
    assert "more than the 4,096 that the model takes (by -T window=)" in str(skipped.explanation)
    assert all(len(prompt) < 20_000 for prompt in ran.server.prompts)


def test_a_length_that_just_fits_the_window_is_asked(run: Run) -> None:
    ran = run(long_context("needle", "4k", "1", questions=2, window=4096), Server(window=4096))
    assert ran.metrics["prompt"]["whole"] == 2
    assert ran.metrics["right"]["accuracy"] == 1


def test_an_answer_that_needs_all_the_room_leaves_none(run: Run) -> None:
    ran = run(long_context("needle", "2k", "1", questions=1), Server(), max_tokens=2040)
    assert ran.metrics["prompt"]["no_room"] == 1
    assert "see --max-tokens" in str(ran.scores("prompt")["needle-1-2k-at-1"].explanation)


def test_a_server_that_refuses_a_length_skips_it(run: Run) -> None:
    class Refusing(Server):
        @override
        def __call__(self, messages: Any, tools: Any, tool_choice: Any, config: Any) -> ModelOutput:
            output = super().__call__(messages, tools, tool_choice, config)
            if output.usage is not None and output.usage.input_tokens > 4096:
                return ModelOutput.from_content(
                    "m", "too many tokens", stop_reason="model_length"
                ).model_copy(update={"usage": output.usage.model_copy(update={"input_tokens": 0})})
            return output

    ran = run(long_context("needle", "2k,8k", "1", questions=1), Refusing())
    assert ran.metrics["prompt"]["beyond_window"] == 1
    assert "too many tokens" in str(ran.scores("right")["needle-1-8k-at-1"].explanation)


@contextmanager
def _server(told: dict[str, Any]) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps(told.get(self.path, {"error": "no"})).encode()
            self.send_response(200 if self.path in told else 404)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        @override
        def log_message(self, format: str, *args: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("told", "tokens"),
    [
        ({"/props": {"default_generation_settings": {"n_ctx": 4096}}}, 4096),
        ({"/v1/models": {"data": [{"id": "org/m", "max_model_len": 32768}]}}, 32768),
        ({"/api/ps": {"models": [{"name": "m:latest", "context_length": 8192}]}}, 8192),
        ({"/api/v0/models": {"data": [{"id": "m", "loaded_context_length": 2048}, {"id": "other"}]}}, 2048),
        ({"/props": {"what": "else"}, "/v1/models": {"data": []}, "/api/ps": []}, None),
        ({}, None),
    ],
)
def test_the_window_is_what_the_server_tells(told: dict[str, Any], tokens: int | None) -> None:
    with _server(told) as url:
        model = get_model("openai-api/local/m", base_url=f"{url}/v1", api_key="x", memoize=False)
        window = anyio.run(lambda: context_window(model, ModelOutput(), told=None))
    assert window.tokens == tokens
    if tokens is None:
        assert "-T window=" in window.source
    else:
        assert window.source == url + next(iter(told))


def test_the_user_and_the_provider_know_best() -> None:
    model = get_model("mockllm/model", memoize=False)
    noted = ModelOutput(metadata={"context_size": 16384})
    told = [anyio.run(lambda own=own: context_window(model, noted, told=own)) for own in (1024, None)]
    assert told == [Window(1024, "-T window="), Window(16384, "the provider")]
