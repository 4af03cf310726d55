"""What is known of a model once it is made, and once it is loaded."""

from __future__ import annotations

import pytest
from inspect_ai.model import Model

from llmbench_inspect.providers.ollama import ModelFacts, OllamaAPI
from llmbench_inspect.providers.ollama.facts import same_model
from tests.providers.ollama.conftest import MODEL, FakeOllama, ModelOf

pytestmark = [
    pytest.mark.anyio,
    # Inspect's own call of tenacity.
    pytest.mark.filterwarnings("ignore:The 'initial' parameter is deprecated:DeprecationWarning"),
]


def facts_of(model: Model) -> ModelFacts:
    assert isinstance(model.api, OllamaAPI)
    return model.api.facts


async def test_a_dense_model(model_of: ModelOf, server: FakeOllama) -> None:
    async with model_of() as model:
        before = facts_of(model)
        await model.generate("Hi.")
        after = facts_of(model)
    assert before == ModelFacts(
        model=MODEL,
        server=server.url,
        server_version="0.33.3",
        digest=f"{1:064x}",
        file_bytes=522_653_767,
        architecture="qwen3",
        quantization="Q4_K_M",
        parameter_size="751.63M",
        parameter_count=751_632_384,
        trained_context=40_960,
        mixture_of_experts=False,
        parameters='stop                           "<|im_start|>"\ntemperature                    0.6',
        capabilities=["completion", "tools", "thinking"],
    )
    assert after == before.model_copy(
        update={
            "context_size": 4096,
            "memory_bytes": 1_000_000_000,
            "gpu_bytes": 250_000_000,
            "gpu_share": 0.25,
        }
    )


def test_a_mixture_of_experts(model_of: ModelOf) -> None:
    facts = facts_of(model_of("qwen3-coder:30b"))
    assert (facts.mixture_of_experts, facts.experts, facts.experts_used) == (True, 128, 8)


def test_a_server_that_says_little_leaves_gaps(model_of: ModelOf, server: FakeOllama) -> None:
    server.installed["bare"] = {"details": {"family": "bare"}, "model_info": {"general.architecture": "bare"}}
    facts = facts_of(model_of("bare"))
    assert facts.architecture == "bare"
    assert facts.digest == f"{3:064x}"
    assert facts.mixture_of_experts is None
    assert facts.trained_context is None
    assert facts.parameter_size is None


@pytest.mark.parametrize(
    ("listed", "asked", "same"),
    [
        ("llama3.2:latest", "llama3.2", True),
        ("llama3.2:3b", "llama3.2", False),
        ("hf.co/Qwen/Qwen3:Q4_K_M", "hf.co/qwen/qwen3:q4_k_m", True),
        ("localhost:5000/me/m:latest", "localhost:5000/me/m", True),
        (None, "x", False),
    ],
)
def test_names_that_mean_the_same_model(listed: str | None, asked: str, same: bool) -> None:
    assert same_model(listed, asked) == same
