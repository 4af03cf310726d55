"""Calls that go well: what is asked of the server, what comes back, and what of it is streamed."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from inspect_ai import Task
from inspect_ai import eval as inspect_eval
from inspect_ai.dataset import Sample
from inspect_ai.event import ModelEvent
from inspect_ai.model import (
    ChatMessage,
    ChatMessageAssistant,
    ChatMessageSystem,
    ChatMessageTool,
    ChatMessageUser,
    ContentAudio,
    ContentImage,
    ContentReasoning,
    ContentText,
    GenerateConfig,
    ResponseSchema,
    StreamEvent,
)
from inspect_ai.solver import generate
from inspect_ai.tool import ToolCall, ToolFunction, ToolInfo, ToolParams
from inspect_ai.util import JSONSchema

from llmbench_inspect.prerequisite import PrerequisiteError
from tests.providers.ollama.conftest import MODEL, Answer, FakeOllama, ModelOf, end, said

pytestmark = [
    pytest.mark.anyio,
    # Inspect's own call of tenacity.
    pytest.mark.filterwarnings("ignore:The 'initial' parameter is deprecated:DeprecationWarning"),
]

WEATHER = ToolInfo(
    name="get_weather",
    description="The weather of a city",
    parameters=ToolParams(
        properties={
            "place": JSONSchema(
                type="object",
                properties={"city": JSONSchema(type="string"), "country": JSONSchema(type="string")},
                required=["city"],
            )
        },
        required=["place"],
    ),
)
CLOCK = ToolInfo(name="clock", description="The time")


async def test_an_answer_carries_counts_and_durations(model_of: ModelOf, server: FakeOllama) -> None:
    server.answers.append(Answer([said("Hel"), said("lo."), end(prompt_eval_cached_count=10)]))
    async with model_of() as model:
        output = await model.generate("Say hello.")
    assert output.completion == "Hello."
    assert output.stop_reason == "stop"
    assert output.metadata is not None
    assert output.metadata == {
        "timings": {
            "load_s": 0.001334875,
            "prompt_s": 0.342546,
            "decode_s": 4.535599,
            "total_s": 4.883583458,
            "other_s": pytest.approx(0.004103583),
            "prompt_tokens": 26,
            "cached_tokens": 10,
            "output_tokens": 282,
        },
        "context_size": 4096,
        "done_reason": "stop",
    }
    assert output.usage is not None
    assert output.usage.input_tokens == 16
    assert output.usage.input_tokens_cache_read == 10
    assert output.usage.output_tokens == 282
    assert output.usage.total_tokens == 308
    assert output.time is not None
    assert 0 < output.time < 4


async def test_what_the_server_does_not_say_is_not_zero(model_of: ModelOf, server: FakeOllama) -> None:
    server.answers.append(Answer([said("Hello.") | {"done": True, "done_reason": "stop"}]))
    async with model_of() as model:
        output = await model.generate("Say hello.")
    assert output.usage is None
    assert output.metadata is not None
    assert output.metadata["timings"] == {}


async def test_the_options_reach_the_server(model_of: ModelOf, server: FakeOllama) -> None:
    config = GenerateConfig(
        temperature=0.2,
        top_p=0.9,
        top_k=20,
        seed=7,
        max_tokens=64,
        stop_seqs=["END"],
        frequency_penalty=0.1,
        presence_penalty=0.3,
        reasoning_effort="minimal",
        response_schema=ResponseSchema(
            name="answer", json_schema=JSONSchema(type="object", properties={"n": JSONSchema(type="integer")})
        ),
    )
    async with model_of(num_ctx=4096, keep_alive="30m", min_p=0.05, temperature=0.9, num_gpu=0) as model:
        await model.generate(
            [ChatMessageSystem(content="Be brief."), ChatMessageUser(content="Hi.")], config=config
        )
    [body] = server.chats
    assert body == {
        "model": MODEL,
        "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi."}],
        "stream": True,
        "truncate": False,
        "shift": False,
        "keep_alive": "30m",
        "think": "low",
        "format": {"type": "object", "properties": {"n": {"type": "integer"}}},
        "options": {
            "num_ctx": 4096,
            "num_gpu": 0,
            "min_p": 0.05,
            "temperature": 0.2,
            "top_p": 0.9,
            "top_k": 20,
            "seed": 7,
            "num_predict": 64,
            "stop": ["END"],
            "frequency_penalty": 0.1,
            "presence_penalty": 0.3,
        },
    }


@pytest.mark.parametrize(
    ("effort", "argument", "sent"),
    [
        ("none", None, False),
        ("max", None, "high"),
        ("medium", False, "medium"),
        (None, True, True),
        (None, None, None),
    ],
)
async def test_how_much_to_think(
    effort: Any, argument: Any, sent: Any, model_of: ModelOf, server: FakeOllama
) -> None:
    arguments = {} if argument is None else {"think": argument}
    async with model_of(**arguments) as model:
        await model.generate("Hi.", config=GenerateConfig(reasoning_effort=effort))
    assert server.chats[0].get("think") == sent


async def test_thoughts_text_and_calls_are_streamed_and_kept_apart(
    model_of: ModelOf, server: FakeOllama
) -> None:
    call = {
        "id": "call_1",
        "function": {"index": 0, "name": "get_weather", "arguments": {"place": {"city": "Paris"}}},
    }
    server.answers.append(
        Answer(
            [
                said(thinking="The user "),
                said(thinking="asks."),
                said("I look."),
                said(tool_calls=[call]),
                end(),
            ],
            pause=0.01,
        )
    )
    events: list[StreamEvent] = []

    async def take(event: StreamEvent) -> None:
        events.append(event)

    async with model_of() as model:
        output = await model.generate("The weather in Paris?", tools=[WEATHER], on_stream=take)
    assert [event.model_dump() for event in events] == [
        {"type": "reasoning", "reasoning": "The user "},
        {"type": "reasoning", "reasoning": "asks."},
        {"type": "text", "text": "I look."},
        {
            "type": "tool_call",
            "id": "call_1",
            "function": "get_weather",
            "arguments": '{"place": {"city": "Paris"}}',
        },
    ]
    assert output.stop_reason == "tool_calls"
    assert output.message.content == [
        ContentReasoning(reasoning="The user asks."),
        ContentText(text="I look."),
    ]
    [made] = output.message.tool_calls or []
    assert (made.id, made.function, made.arguments) == ("call_1", "get_weather", {"place": {"city": "Paris"}})


async def test_a_tool_is_described_whole(model_of: ModelOf, server: FakeOllama) -> None:
    async with model_of() as model:
        await model.generate("Hi.", tools=[WEATHER])
    [tool] = server.chats[0]["tools"]
    place = tool["function"]["parameters"]["properties"]["place"]
    assert place["properties"] == {"city": {"type": "string"}, "country": {"type": "string"}}
    assert place["required"] == ["city"]


@pytest.mark.parametrize(
    ("choice", "offered", "told"),
    [
        ("auto", ["get_weather", "clock"], None),
        ("none", [], None),
        ("any", ["get_weather", "clock"], ["tool_choice=any"]),
        (ToolFunction("clock"), ["clock"], ["tool_choice=clock"]),
    ],
)
async def test_a_choice_of_tool_that_ollama_cannot_enforce_is_told(
    choice: Any, offered: list[str], told: list[str] | None, model_of: ModelOf, server: FakeOllama
) -> None:
    async with model_of() as model:
        output = await model.generate("Hi.", tools=[WEATHER, CLOCK], tool_choice=choice)
    assert [tool["function"]["name"] for tool in server.chats[0].get("tools", [])] == offered
    assert (output.metadata or {}).get("not_enforced") == told


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ("{}", None),
        ('{"city": ', "The arguments are no JSON"),
        ('["Paris"]', "The arguments are no JSON object"),
    ],
)
async def test_arguments_that_are_no_object_are_a_parse_error(
    arguments: str, problem: str | None, model_of: ModelOf, server: FakeOllama
) -> None:
    call = {"function": {"name": "clock", "arguments": arguments}}
    server.answers.append(Answer([said(tool_calls=[call]), end()]))
    async with model_of() as model:
        output = await model.generate("Hi.", tools=[CLOCK])
    [made] = output.message.tool_calls or []
    assert made.arguments == {}
    assert (made.parse_error or "").startswith(problem or "")
    assert (made.parse_error is None) == (problem is None)
    assert made.id.startswith("call_")


async def test_a_call_written_as_text_stays_text_and_is_flagged(
    model_of: ModelOf, server: FakeOllama
) -> None:
    text = 'Sure:\n```json\n{"name": "clock", "arguments": {}}\n```'
    server.answers.extend([Answer([said(text), end()]), Answer([said(text), end()])])
    async with model_of() as model:
        with_tools = await model.generate("The time?", tools=[CLOCK])
        without = await model.generate("The time?")
    assert with_tools.completion == text
    assert with_tools.message.tool_calls is None
    assert (with_tools.metadata or {})["tool_calls_in_text"] == ["clock"]
    assert "tool_calls_in_text" not in (without.metadata or {})


async def test_a_conversation_is_sent_whole(model_of: ModelOf, server: FakeOllama) -> None:
    pixel = base64.b64encode(b"\x89PNG pixel").decode()
    messages: list[ChatMessage] = [
        ChatMessageUser(
            content=[ContentText(text="What is it?"), ContentImage(image=f"data:image/png;base64,{pixel}")]
        ),
        ChatMessageAssistant(
            content=[ContentReasoning(reasoning="Hm."), ContentText(text="I ask.")],
            tool_calls=[ToolCall(id="c1", function="clock", arguments={"zone": "UTC"})],
        ),
        ChatMessageTool(content="12:00", tool_call_id="c1", function="clock"),
    ]
    async with model_of() as model:
        await model.generate(messages, tools=[CLOCK])
    assert server.chats[0]["messages"] == [
        {"role": "user", "content": "What is it?", "images": [pixel]},
        {
            "role": "assistant",
            "content": "I ask.",
            "thinking": "Hm.",
            "tool_calls": [{"id": "c1", "function": {"name": "clock", "arguments": {"zone": "UTC"}}}],
        },
        {"role": "tool", "content": "12:00", "tool_name": "clock", "tool_call_id": "c1"},
    ]


async def test_what_is_neither_text_nor_image_is_refused(model_of: ModelOf) -> None:
    sound = ChatMessageUser(content=[ContentAudio(audio="data:audio/wav;base64,AAAA", format="wav")])
    async with model_of() as model:
        with pytest.raises(TypeError, match="cannot send audio"):
            await model.generate([sound])


async def test_characters_at_which_text_may_be_split_into_lines(
    model_of: ModelOf, server: FakeOllama
) -> None:
    text = "a\u0085b\u2028c\x0bd\x1ce"
    server.answers.append(Answer([said(text), end()]))
    async with model_of() as model:
        assert (await model.generate("Hi.")).completion == text


@pytest.mark.parametrize(
    ("config", "named"),
    [
        (GenerateConfig(num_choices=2), "--num-choices.*--epochs"),
        (GenerateConfig(logprobs=True, best_of=3), "--best-of, --logprobs"),
        (GenerateConfig(logit_bias={1: 10.0}), "--logit-bias"),
    ],
)
async def test_options_without_which_the_answer_would_be_another_are_refused(
    config: GenerateConfig, named: str, model_of: ModelOf, server: FakeOllama
) -> None:
    async with model_of() as model:
        with pytest.raises(PrerequisiteError, match=named):
            await model.generate("Hi.", config=config)
    assert server.chats == []


async def test_this_machine_is_not_asked_through_a_proxy(
    model_of: ModelOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "")
    monkeypatch.setenv("no_proxy", "")
    async with model_of() as model:
        assert (await model.generate("Hi.")).completion == "Hello."


async def test_the_server_that_ollama_host_names(
    server: FakeOllama, model_of: ModelOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OLLAMA_HOST", server.url.removeprefix("http://"))
    async with model_of() as named, model_of(base_url=None) as from_environment:
        await from_environment.generate("Hi.")
        assert from_environment.api.connection_key() == named.api.connection_key() == server.url


def test_two_evals_of_a_process_put_all_of_it_into_their_logs(
    server: FakeOllama, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OLLAMA_HOST", server.url)
    task = Task(dataset=[Sample(input="Say hello.") for _ in range(3)], solver=generate())
    for _ in range(2):
        [log] = inspect_eval(task, model=f"ollama-native/{MODEL}", log_dir=str(tmp_path), display="none")
        assert log.status == "success"
        assert log.eval.model == f"ollama-native/{MODEL}"
        for sample in log.samples or []:
            [event] = [event for event in sample.events if isinstance(event, ModelEvent)]
            assert event.output.metadata is not None
            assert event.output.metadata["timings"]["decode_s"] == 4.535599
            assert event.call is not None
            assert event.call.response is not None
            assert event.call.response["eval_count"] == 282
            facts = sample.store["OllamaModels:facts"][MODEL]
            assert facts["quantization"] == "Q4_K_M"
            assert (facts["context_size"], facts["gpu_share"]) == (4096, 0.25)
    # Loaded and looked at once, for one model that all samples of both evals share.
    assert server.asked("/api/ps") == 1
