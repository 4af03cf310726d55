"""Timed calls end to end: an eval against a server that streams on a known clock, read back from its log."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from inspect_ai import Task, eval  # noqa: A004
from inspect_ai.agent import react
from inspect_ai.dataset import Sample
from inspect_ai.log import EvalLog
from inspect_ai.model import Model, ModelOutput, ModelUsage, get_model
from inspect_ai.solver import Solver, generate, use_tools
from inspect_ai.tool import Tool, tool

from llmbench_inspect.telemetry import Call, ModelCalls, timed, timed_model

from .conftest import Answer, Streaming, chat

Serve = Callable[..., Streaming]
Run = Callable[..., EvalLog]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def evaluate(model: Model, solver: Solver | None = None, **options: Any) -> EvalLog:
        task = Task(dataset=[Sample(input="Say so.")], solver=solver or timed(generate()))
        [log] = eval(task, model=model, log_dir=str(tmp_path), display="none", **options)
        return log

    return evaluate


def served(server: Streaming) -> Model:
    return get_model("openai-api/local/m", base_url=f"{server.url}/v1", api_key="x", memoize=False)


def calls(log: EvalLog) -> list[Call]:
    assert log.samples is not None
    return log.samples[0].store_as(ModelCalls).calls


def text(*words: str, wait: float = 0.0) -> list[tuple[float, dict[str, Any]]]:
    return [(wait, {"content": word}) for word in words]


def test_the_first_token_and_the_pace_of_the_rest(serve: Serve, run: Run) -> None:
    server = serve(chat((0.2, {"content": "one"}), *text(" two", " three", " four", wait=0.05)))
    [call] = calls(run(served(server)))
    assert call.model == "openai-api/local/m"
    assert call.unavailable is None
    assert call.first_reasoning is None
    assert call.first_answer is not None
    assert 0.17 <= call.first_answer < call.seconds
    assert call.ttft == call.first_answer
    assert call.itl_p50 is not None
    assert call.itl_p95 is not None
    assert 0.04 < call.itl_p50 <= call.itl_p95
    assert (call.chunks, call.attempts, call.retries, call.pauses) == (4, 1, 0, 0)
    assert call.decode_rate is not None
    assert 5 < call.decode_rate < 40
    assert call.slow == "to_start"
    assert (call.input_tokens, call.output_tokens, call.total_tokens) == (7, 4, 11)


def test_a_long_answer_is_slow_throughout(serve: Serve, run: Run) -> None:
    [call] = calls(run(served(serve(chat(*text(*"abcdefgh", wait=0.05))))))
    assert call.slow == "throughout"


@pytest.mark.parametrize(
    "deltas",
    [
        [(0.1, {"reasoning_content": "It is four"}), (0.1, {"reasoning_content": "teen."})],
        [
            (0.1, {"content": "<thi"}),
            (0.0, {"content": "nk>It is fourteen."}),
            (0.1, {"content": "</think>"}),
        ],
    ],
    ids=["a channel of its own", "think tags in the text"],
)
def test_the_first_token_of_reasoning_is_not_the_first_of_the_answer(
    deltas: list[tuple[float, dict[str, Any]]], serve: Serve, run: Run
) -> None:
    [call] = calls(run(served(serve(chat(*deltas, (0.0, {"content": "\n\n"}), (0.2, {"content": "14"}))))))
    assert call.first_reasoning is not None
    assert call.first_answer is not None
    # The request's start is told a few milliseconds late, and more where the machine is busy.
    assert 0.07 <= call.first_reasoning <= call.first_answer - 0.25
    assert call.first_answer >= 0.37
    assert call.ttft == call.first_reasoning
    assert call.output_tokens is not None
    assert call.reasoning_source == "estimated"
    assert call.reasoning_tokens is not None
    assert 0 < call.reasoning_tokens <= call.output_tokens


def test_reasoning_tokens_that_are_told_are_taken(serve: Serve, run: Run) -> None:
    usage = {
        "prompt_tokens": 30,
        "completion_tokens": 12,
        "total_tokens": 42,
        "prompt_tokens_details": {"cached_tokens": 20},
        "completion_tokens_details": {"reasoning_tokens": 9},
    }
    deltas = [(0.0, {"reasoning_content": "Hm."}), *text("1", "4")]
    [call] = calls(run(served(serve(chat(*deltas, usage=usage)))))
    assert (call.reasoning_tokens, call.reasoning_source) == (9, "reported")
    assert (call.input_tokens, call.cached_tokens, call.output_tokens) == (10, 20, 12)


def test_a_retry_and_its_pause_are_no_part_of_the_latency(serve: Serve, run: Run) -> None:
    busy = Answer(status=429, headers={"Retry-After": "1"}, body={"error": {"message": "slow down"}})
    [call] = calls(run(served(serve(busy, chat(*text("a", "b", wait=0.1))))))
    assert call.attempts == 2
    assert call.retries >= 1
    assert call.ttft is not None
    assert call.ttft < call.seconds < 1


def test_pauses_between_attempts_are_told(serve: Serve, run: Run) -> None:
    late = Answer(status=500, body={"error": {"message": "no"}})
    # The client of the provider tries twice before Inspect does.
    [call] = calls(run(served(serve(late, late, late, chat(*text("a", "b"))))))
    assert call.pauses > 0
    assert call.retries > call.pauses
    assert call.seconds < call.pauses


def test_a_stream_that_breaks_off_starts_over(serve: Serve, run: Run) -> None:
    broken = chat(*text("lost", " words", " here"), drop=True)
    broken.status = 200
    broken.events.append((0.0, {"error": {"message": "overloaded", "type": "server_error", "code": 503}}))
    log = run(served(serve(broken, chat(*text("a", "b", wait=0.1)))), max_retries=3)
    assert log.samples is not None
    assert log.samples[0].output.completion == "ab"
    [call] = calls(log)
    assert (call.attempts, call.chunks) == (2, 2)


def test_a_call_that_fails_is_accounted_for_too(serve: Serve, run: Run) -> None:
    refused = Answer(status=401, body={"error": {"message": "no key"}})
    log = run(served(serve(refused)))
    assert log.status == "error"
    [call] = calls(log)
    assert call.error is not None
    assert call.output_tokens is None
    assert call.unavailable == "nothing was streamed"


def test_an_answer_in_one_piece_has_no_first_token(serve: Serve, run: Run) -> None:
    usage = {"prompt_tokens": 1, "completion_tokens": 30, "total_tokens": 31}
    [call] = calls(run(served(serve(chat((0.1, {"content": "all at once"}), usage=usage)))))
    assert call.unavailable == "the answer came in one piece"
    assert call.ttft is None
    assert call.slow is None
    assert call.seconds >= 0.1


def said(content: str) -> ModelOutput:
    output = ModelOutput.from_content("mockllm", content)
    output.usage = ModelUsage(input_tokens=5, output_tokens=2, total_tokens=7)
    return output


def called(name: str, **arguments: Any) -> ModelOutput:
    output = ModelOutput.for_tool_call("mockllm", name, arguments)
    output.usage = ModelUsage(input_tokens=5, output_tokens=2, total_tokens=7)
    return output


@tool
def double() -> Tool:
    async def execute(number: int) -> str:
        """Double a number.

        Args:
            number: The number.
        """
        return str(2 * number)

    return execute


def test_a_provider_that_does_not_stream_says_so(run: Run) -> None:
    [call] = calls(run(get_model("mockllm/model", custom_outputs=[said("yes")])))
    assert call.unavailable == "nothing was streamed"
    assert call.seconds > 0
    assert call.output_tokens == 2


def test_what_came_from_the_cache_was_not_timed(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INSPECT_CACHE_DIR", str(tmp_path))
    model = get_model("mockllm/model", custom_outputs=[said("yes"), said("no")])
    solver = timed(generate(cache=True))
    first, second = calls(run(model, solver)), calls(run(model, solver))
    assert [call.unavailable for call in first + second] == [
        "nothing was streamed",
        "the answer came from Inspect's cache",
    ]


@pytest.mark.parametrize("tool_calls", ["loop", "single", "none"])
def test_tools_are_called_as_without_a_clock(tool_calls: Any, run: Run) -> None:
    def outcome(solver: Solver) -> tuple[list[tuple[str, str]], int]:
        outputs = [called("double", number=2), called("double", number=4), said("8")]
        log = run(get_model("mockllm/model", custom_outputs=outputs), [use_tools(double()), solver])
        assert log.samples is not None
        messages = [(message.role, message.text) for message in log.samples[0].messages]
        return messages, len(calls(log))

    plain, _ = outcome(generate(tool_calls))
    messages, count = outcome(timed(generate(tool_calls)))
    assert messages == plain
    assert count == {"loop": 3, "single": 1, "none": 1}[tool_calls]


def test_the_calls_of_an_agent_are_timed(run: Run) -> None:
    outputs = [called("double", number=2), called("submit", answer="4")]
    agent = react(model=timed_model(), tools=[double()])
    log = run(get_model("mockllm/model", custom_outputs=outputs), agent)
    assert log.samples is not None
    assert log.samples[0].output.completion.endswith("4")
    assert [call.total_tokens for call in calls(log)] == [7, 7]
