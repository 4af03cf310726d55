"""The model provider `embedded/<model>`: small models that need no account, no GPU and no other server."""

from __future__ import annotations

from inspect_ai.model import ModelAPI, modelapi


@modelapi(name="embedded")
def embedded() -> type[ModelAPI]:
    """Models that are fetched and served by this package, such as `embedded/qwen2.5-coder-0.5b`."""
    from llmbench_inspect.providers.embedded_api import EmbeddedAPI  # noqa: PLC0415 - only when it is asked for

    return EmbeddedAPI
