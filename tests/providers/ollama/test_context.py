"""The context: a prompt that does not fit is an error with both sizes, an answer that fills it is told."""

from __future__ import annotations

import json

import pytest
from inspect_ai.model import GenerateConfig

from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.providers.ollama import ContextOverflowError
from tests.providers.ollama.conftest import MODEL, Answer, FakeOllama, ModelOf, end, said

pytestmark = [
    pytest.mark.anyio,
    # Inspect's own call of tenacity.
    pytest.mark.filterwarnings("ignore:The 'initial' parameter is deprecated:DeprecationWarning"),
]


def runner_refuses(prompt: int, context: int) -> str:
    """What Ollama 0.33.3 says with `truncate: false`: its runner's whole answer, as text."""
    sizes = f"request ({prompt} tokens) exceeds the available context size ({context} tokens)"
    error = {"code": 400, "message": f"{sizes}, try increasing it", "type": "exceed_context_size_error"}
    return json.dumps({"error": error | {"n_prompt_tokens": prompt, "n_ctx": context}})


@pytest.mark.parametrize(
    ("prompt", "message"),
    [
        (8889, r"holds 4096 tokens; the prompt has 8889 tokens\. It was not cut\. .* -M num_ctx=10240"),
        (50_000, r"the prompt has 50000 tokens.* The model was trained for 40960"),
    ],
)
async def test_a_prompt_that_does_not_fit_is_an_error_with_both_sizes(
    prompt: int, message: str, model_of: ModelOf, server: FakeOllama
) -> None:
    server.answers.append(Answer([{"error": runner_refuses(prompt, 4096)}], status=400))
    async with model_of() as model:
        with pytest.raises(ContextOverflowError, match=message) as caught:
            await model.generate("sea " * 9000)
    assert (caught.value.prompt_tokens, caught.value.context_size) == (prompt, 4096)
    assert len(server.chats) == 1


async def test_a_runner_that_gives_no_number(model_of: ModelOf, server: FakeOllama) -> None:
    server.answers.append(Answer([{"error": "the input length exceeds the context length"}], status=400))
    async with model_of() as model:
        with pytest.raises(ContextOverflowError, match=r"holds 4096 tokens; .* more, in 36000 characters"):
            await model.generate("sea " * 9000)


async def test_a_refusal_after_the_answer_has_begun(model_of: ModelOf, server: FakeOllama) -> None:
    server.answers.append(Answer([{"error": runner_refuses(5000, 4096), "status": 400}]))
    async with model_of() as model:
        with pytest.raises(ContextOverflowError, match="5000 tokens"):
            await model.generate("sea " * 5000)


async def test_a_server_that_cuts_all_the_same_is_found_out(model_of: ModelOf, server: FakeOllama) -> None:
    server.answers.append(Answer([said("It is about"), end(prompt_eval_count=4096)]))
    async with model_of() as model:
        with pytest.raises(ContextOverflowError, match="holds 4096 tokens; the prompt has 4096 tokens"):
            await model.generate("sea " * 9000)


@pytest.mark.parametrize(
    ("max_tokens", "own", "written", "reason"),
    [
        (None, None, 4000, "model_length"),
        (4080, None, 4070, "model_length"),
        (282, None, 282, "max_tokens"),
        (None, 128, 128, "max_tokens"),
        (500, 128, 500, "max_tokens"),
    ],
)
async def test_an_answer_that_fills_the_context_is_told_from_one_at_its_limit(
    max_tokens: int | None, own: int | None, written: int, reason: str, model_of: ModelOf, server: FakeOllama
) -> None:
    server.installed[MODEL] = server.installed[MODEL] | {"parameters": f"num_predict   {own}" if own else ""}
    server.answers.append(Answer([said("word"), end(done_reason="length", eval_count=written)]))
    async with model_of() as model:
        output = await model.generate("Hi.", config=GenerateConfig(max_tokens=max_tokens))
    assert output.stop_reason == reason


async def test_the_context_asked_for_is_loaded_before_the_first_call(
    model_of: ModelOf, server: FakeOllama
) -> None:
    server.context = 16_384
    async with model_of(num_ctx=16_384) as model:
        output = await model.generate("Hi.")
    load, call = (body for path, body in server.requests if path == "/api/chat")
    assert load["messages"] == []
    assert load["options"] == {"num_ctx": 16_384}
    assert (load["truncate"], load["shift"]) == (call["truncate"], call["shift"]) == (False, False)
    assert (output.metadata or {})["context_size"] == 16_384


async def test_a_context_that_is_not_to_be_had_is_said(model_of: ModelOf, server: FakeOllama) -> None:
    server.context = 40_960
    async with model_of(num_ctx=100_000) as model:
        with pytest.raises(PrerequisiteError, match=r"100000 tokens .* 40960; it was trained for 40960\."):
            await model.generate("Hi.")
    assert server.chats == []


@pytest.mark.parametrize(("version", "fails"), [("0.12.9", True), ("0.13.0-rc1", False), ("0.0.0", False)])
def test_servers_that_cut_without_a_word_are_refused(
    version: str, fails: bool, model_of: ModelOf, server: FakeOllama
) -> None:
    server.version = version
    if not fails:
        model_of()
        return
    with pytest.raises(PrerequisiteError, match=r"version 0.12.9 .* At least 0.13.0"):
        model_of()
