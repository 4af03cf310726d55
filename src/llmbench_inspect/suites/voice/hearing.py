"""Which of Inspect's providers send sound to a model."""

from __future__ import annotations

from typing import Final

from inspect_ai.model import Model, ModelName

from llmbench_inspect.prerequisite import PrerequisiteError

HEARING: Final = ("google", "openai", "openai-api", "openrouter", "sglang", "vllm")
"""Some that do, for models that hear. Others that speak OpenAI's chat protocol do too."""

DEAF: Final = frozenset(
    {
        "anthropic",
        "azureai",
        "bedrock",
        "embedded",
        "grok",
        "groq",
        "hf",
        "mistral",
        "nnterp",
        "none",
        "ollama-native",
        "openai-api-completions",
        "sagemaker",
        "transformer_lens",
        "vllm-completions",
    }
)
"""Those that refuse sound, or drop it without a word."""


def check_hears(model: Model) -> None:
    """Check that a model's provider takes sound; whether the model itself does, its server will say.

    Raises:
        PrerequisiteError: It takes none; names some that do.
    """
    provider = ModelName(model).api.rpartition("/")[2]
    if provider in DEAF:
        raise PrerequisiteError(
            f"path='audio': the provider '{provider}' of {model} takes no sound. Take a model that hears, of "
            f"one of {', '.join(HEARING)}: --model PROVIDER/NAME. Or have its words: -T path=transcribe"
        )
