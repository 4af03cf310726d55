"""Against a server that runs: `ollama serve`, or anything that speaks its API, with a small model installed.

It is looked for at `OLLAMA_HOST`, else on this machine; `LLMBENCH_OLLAMA_MODEL` names the model, else the
smallest one installed is taken that can call tools, or the smallest of all.
"""

from __future__ import annotations

import os

import httpx
import pytest
from inspect_ai.model import GenerateConfig, Model, ResponseSchema, StreamEvent, get_model
from inspect_ai.tool import ToolInfo, ToolParams
from inspect_ai.util import JSONSchema
from ollama import Client

from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.providers.ollama import ContextOverflowError, OllamaAPI

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.ollama,
    # Inspect's own call of tenacity.
    pytest.mark.filterwarnings("ignore:The 'initial' parameter is deprecated:DeprecationWarning"),
]
SHORT = GenerateConfig(temperature=0, max_tokens=16, seed=1)


@pytest.fixture(scope="session")
def installed() -> str:
    client = Client(timeout=2, trust_env=False)
    try:
        models = [model for model in client.list().models if model.model]
        if named := os.environ.get("LLMBENCH_OLLAMA_MODEL"):
            return named
        models.sort(
            key=lambda model: (
                ("tools" not in (client.show(model.model or "").capabilities or [])),
                model.size,
            )
        )
    except (ConnectionError, httpx.HTTPError):
        pytest.skip("needs an Ollama server: ollama serve, and ollama pull of a small model")
    finally:
        client.close()
    if not models:
        pytest.skip("needs a model: ollama pull qwen3:0.6b")
    return models[0].model or ""


@pytest.fixture
def model(installed: str) -> Model:
    return get_model(f"ollama-native/{installed}", config=SHORT, memoize=False)


async def test_counts_durations_and_the_stream_agree(model: Model) -> None:
    events: list[StreamEvent] = []

    async def take(event: StreamEvent) -> None:
        events.append(event)

    output = await model.generate("Say hello.", on_stream=take)
    assert "".join(event.text for event in events if event.type == "text") == output.completion
    assert output.usage is not None
    assert 0 < output.usage.output_tokens <= 16
    assert output.metadata is not None
    timings = output.metadata["timings"]
    assert timings["output_tokens"] == output.usage.output_tokens
    assert timings["prompt_tokens"] == output.usage.total_tokens - output.usage.output_tokens
    assert output.time is not None
    assert 0 < timings["prompt_s"] + timings["decode_s"] <= timings["total_s"] <= output.time
    assert output.stop_reason == ("max_tokens" if output.usage.output_tokens == 16 else "stop")


async def test_the_facts_are_known(model: Model, installed: str) -> None:
    await model.generate("Hi.")
    assert isinstance(model.api, OllamaAPI)
    facts = model.api.facts
    assert facts.model == installed
    assert len(facts.digest or "") == 64
    assert facts.architecture
    assert facts.quantization
    assert facts.context_size
    assert facts.memory_bytes
    assert 0 <= (facts.gpu_share or 0) <= 1


async def test_an_answer_keeps_to_a_schema(model: Model) -> None:
    schema = JSONSchema(type="object", properties={"ok": JSONSchema(type="boolean")}, required=["ok"])
    config = GenerateConfig(response_schema=ResponseSchema(name="ok", json_schema=schema), max_tokens=32)
    output = await model.generate("Is water wet? Answer in JSON.", config=config)
    assert output.completion.replace(" ", "").replace("\n", "") in {'{"ok":true}', '{"ok":false}'}


async def test_a_tool_is_called(model: Model) -> None:
    assert isinstance(model.api, OllamaAPI)
    if "tools" not in model.api.facts.capabilities:
        pytest.skip("needs a model that can call tools: ollama pull qwen3:0.6b")
    city = JSONSchema(type="string", description="Name of the city")
    tool = ToolInfo(
        name="get_weather",
        description="The weather of a city",
        parameters=ToolParams(properties={"city": city}, required=["city"]),
    )
    output = await model.generate(
        "What is the weather in Paris? Call the tool.", tools=[tool], config=GenerateConfig(max_tokens=256)
    )
    [call] = output.message.tool_calls or []
    assert (call.function, call.arguments) == ("get_weather", {"city": "Paris"})
    assert output.stop_reason == "tool_calls"


async def test_a_prompt_that_does_not_fit_is_not_cut(model: Model) -> None:
    await model.generate("Hi.")
    assert isinstance(model.api, OllamaAPI)
    held = model.api.facts.context_size
    assert held is not None
    with pytest.raises(ContextOverflowError, match=r"It was not cut") as caught:
        await model.generate("sea " * (held + 100))
    assert (caught.value.prompt_tokens or 0) > (caught.value.context_size or 0) > 0


def test_a_model_that_is_not_installed(installed: str) -> None:
    with pytest.raises(PrerequisiteError, match=rf"ollama pull {installed}x"):
        get_model(f"ollama-native/{installed}x", memoize=False)
