"""Model providers: `embedded/<model>`, which brings its own server, and `ollama-native/<model>`."""

from __future__ import annotations

from inspect_ai.model import ModelAPI, modelapi

from llmbench_inspect.providers.doubts import OllamaDoubts

__all__ = ["OllamaDoubts", "embedded", "ollama_native"]


@modelapi(name="embedded")
def embedded() -> type[ModelAPI]:
    """Models that are fetched and served by this package, such as `embedded/qwen2.5-coder-0.5b`."""
    from llmbench_inspect.providers.embedded_api import EmbeddedAPI  # noqa: PLC0415 - only when it is asked for

    return EmbeddedAPI


@modelapi(name="ollama-native")
def ollama_native() -> type[ModelAPI]:
    """Models of an Ollama server through its own API, such as `ollama-native/llama3.2:3b`."""
    from llmbench_inspect.providers.ollama import OllamaAPI  # noqa: PLC0415 - only when it is asked for

    return OllamaAPI
