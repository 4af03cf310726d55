"""OpenAI's and Anthropic's own providers, through their SDKs, against servers that stream as theirs do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from inspect_ai import Task
from inspect_ai import eval as run_eval
from inspect_ai.dataset import Sample
from inspect_ai.model import get_model
from inspect_ai.solver import generate

from llmbench_inspect.telemetry import Call, ModelCalls, timed

from .conftest import Answer, Streaming, chat

Serve = Callable[..., Streaming]


def messages(*blocks: tuple[str, list[str]], usage: dict[str, int]) -> Answer:
    """A stream of Anthropic's Messages API: blocks of thinking and of text, a tenth of a second a piece."""
    start = {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "claude-haiku-4-5",
        "content": [],
    }
    start |= {"stop_reason": None, "stop_sequence": None, "usage": usage | {"output_tokens": 1}}
    events: list[tuple[float, dict[str, Any]]] = [(0, {"type": "message_start", "message": start})]
    for index, (kind, pieces) in enumerate(blocks):
        empty = {"type": kind, kind: ""} | ({"signature": ""} if kind == "thinking" else {})
        events.append((0, {"type": "content_block_start", "index": index, "content_block": empty}))
        events.extend(
            (
                0.1,
                {
                    "type": "content_block_delta",
                    "index": index,
                    "delta": {"type": f"{kind}_delta", kind: piece},
                },
            )
            for piece in pieces
        )
        if kind == "thinking":
            signature = {"type": "signature_delta", "signature": "c2lnbmVk"}
            events.append((0, {"type": "content_block_delta", "index": index, "delta": signature}))
        events.append((0, {"type": "content_block_stop", "index": index}))
    stop = {"stop_reason": "end_turn", "stop_sequence": None}
    events.append((0, {"type": "message_delta", "delta": stop, "usage": usage}))
    events.append((0, {"type": "message_stop"}))
    return Answer(events=events)


def responses(summary: list[str], text: list[str], *, usage: dict[str, Any]) -> Answer:
    """A stream of OpenAI's Responses API: a summary of the reasoning, then the text."""
    reasoning: dict[str, Any] = {"id": "rs_1", "type": "reasoning", "summary": [], "encrypted_content": "x"}
    message: dict[str, Any] = {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "status": "in_progress",
        "content": [],
    }
    said = {"type": "output_text", "text": "".join(text), "annotations": [], "logprobs": []}
    thought = {"type": "summary_text", "text": "".join(summary)}
    whole: dict[str, Any] = {
        "id": "resp_1",
        "object": "response",
        "created_at": 1,
        "status": "in_progress",
        "model": "o4-mini",
        "output": [],
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
        "error": None,
        "incomplete_details": None,
        "instructions": None,
        "metadata": {},
        "temperature": 1.0,
        "top_p": 1.0,
    }
    done = whole | {
        "status": "completed",
        "usage": usage,
        "output": [
            reasoning | {"summary": [thought]},
            message | {"status": "completed", "content": [said]},
        ],
    }
    place = {"item_id": "rs_1", "output_index": 0, "summary_index": 0}
    within = {"item_id": "msg_1", "output_index": 1, "content_index": 0}
    events: list[tuple[float, dict[str, Any]]] = [
        (0, {"type": "response.created", "response": whole}),
        (0, {"type": "response.output_item.added", "output_index": 0, "item": reasoning}),
        (0, {"type": "response.reasoning_summary_part.added", "part": thought | {"text": ""}, **place}),
        *(
            (0.1, {"type": "response.reasoning_summary_text.delta", "delta": piece, **place})
            for piece in summary
        ),
        (0, {"type": "response.reasoning_summary_text.done", "text": thought["text"], **place}),
        (0, {"type": "response.output_item.done", "output_index": 0, "item": done["output"][0]}),
        (0, {"type": "response.output_item.added", "output_index": 1, "item": message}),
        (0, {"type": "response.content_part.added", "part": said | {"text": ""}, **within}),
        *(
            (0.1, {"type": "response.output_text.delta", "delta": piece, "logprobs": [], **within})
            for piece in text
        ),
        (0, {"type": "response.output_text.done", "text": said["text"], "logprobs": [], **within}),
        (0, {"type": "response.output_item.done", "output_index": 1, "item": done["output"][1]}),
        (0, {"type": "response.completed", "response": done}),
    ]
    return Answer(
        events=[(wait, event | {"sequence_number": number}) for number, (wait, event) in enumerate(events)]
    )


def asked(model: str, server: Streaming, folder: Path, **options: Any) -> tuple[str, Call]:
    made = get_model(model, base_url=f"{server.url}{options.pop('path')}", api_key="none", memoize=False)
    # The first call makes the client.
    task = Task(dataset=[Sample(input="How much is 7 times 2?")], solver=timed(generate()), epochs=2)
    [log] = run_eval(task, model=made, log_dir=str(folder), display="none", max_samples=1, **options)
    assert log.status == "success", log.error
    assert log.samples is not None
    sample = log.samples[-1]
    [call] = sample.store_as(ModelCalls).calls
    return sample.output.completion, call


def test_anthropic_with_thinking(serve: Serve, tmp_path: Path) -> None:
    usage = {"input_tokens": 20, "output_tokens": 30, "cache_read_input_tokens": 5}
    server = serve(messages(("thinking", ["Seven ", "and seven."]), ("text", ["Four", "teen"]), usage=usage))
    text, call = asked("anthropic/claude-haiku-4-5", server, tmp_path, path="", reasoning_tokens=1024)
    assert text == "Fourteen"
    assert call.first_reasoning is not None
    assert call.first_answer is not None
    assert 0.07 <= call.first_reasoning < call.first_answer - 0.15
    assert call.first_answer < call.seconds
    assert (call.input_tokens, call.cached_tokens, call.output_tokens) == (20, 5, 30)
    assert call.reasoning_tokens is not None
    assert call.reasoning_source is not None
    assert call.reasoning_tokens > 0


def test_openai_responses_with_reasoning(serve: Serve, tmp_path: Path) -> None:
    usage = {
        "input_tokens": 12,
        "input_tokens_details": {"cached_tokens": 0},
        "output_tokens": 40,
        "output_tokens_details": {"reasoning_tokens": 32},
        "total_tokens": 52,
    }
    server = serve(responses(["Seven ", "twice."], ["Four", "teen"], usage=usage))
    text, call = asked("openai/o4-mini", server, tmp_path, path="/v1")
    assert text == "Fourteen"
    assert call.first_reasoning is not None
    assert call.first_answer is not None
    assert 0.07 <= call.first_reasoning < call.first_answer - 0.15
    assert call.first_answer < call.seconds
    assert (call.reasoning_tokens, call.reasoning_source) == (32, "reported")
    assert call.cost is None or call.cost > 0


def test_openai_chat_completions(serve: Serve, tmp_path: Path) -> None:
    server = serve(chat((0.1, {"content": "Four"}), (0.1, {"content": "teen"})))
    text, call = asked("openai/gpt-4o-mini", server, tmp_path, path="/v1")
    assert text == "Fourteen"
    assert call.unavailable is None
    assert call.ttft is not None
    assert 0.07 <= call.ttft < call.seconds


@pytest.mark.parametrize("task", ["gsm8k", "mmlu"])
def test_the_suites_of_this_project_time_them_too(
    task: str, serve: Serve, tmp_path: Path, data_dir: Path
) -> None:
    server = serve(messages(("text", ["ANSWER: ", "C"]), usage={"input_tokens": 20, "output_tokens": 4}))
    model = get_model("anthropic/claude-haiku-4-5", base_url=server.url, api_key="none", memoize=False)
    [log] = run_eval(
        f"llmbench_inspect/{task}",
        model=model,
        task_args={"data": str(data_dir)},
        limit=1,
        log_dir=str(tmp_path),
        display="none",
    )
    assert log.status == "success", log.error
    assert log.samples is not None
    [call] = log.samples[0].store_as(ModelCalls).calls
    assert call.ttft is not None
