"""Which Ollama server a model of Inspect is asked from, native or not, and what is loaded there."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from llmbench_inspect.providers.ollama.arguments import read_arguments
from llmbench_inspect.providers.ollama.client import server_url
from llmbench_inspect.providers.ollama.facts import ModelFacts, loaded_facts, same_model
from llmbench_inspect.providers.ollama.preflight import load_model, preflight, running_models
from llmbench_inspect.providers.ollama.request import load_body

NATIVE: Final = "ollama-native"
_INSPECTS: Final = "ollama"


@dataclass(frozen=True, kw_only=True)
class OllamaModel:
    """A model of an Ollama server, and where that is by the environment."""

    provider: str
    """`ollama-native`, or Inspect's own `ollama`."""
    name: str
    """On the server."""
    server: str
    """Base URL, without `/v1`."""

    def facts(self) -> ModelFacts:
        """What the server says of it; with its context and its place in memory where it is loaded.

        Raises:
            PrerequisiteError: The server is not there, or has no such model.
        """
        known = preflight(self.name, server=self.server, api_key=_key())
        return loaded_facts(known, running_models(self.server, api_key=_key()))

    def loaded(self, arguments: Mapping[str, Any]) -> ModelFacts:
        """What the server says of it once it is loaded as calls with these `-M` arguments want it.

        Raises:
            PrerequisiteError: The server is not there, has no such model or cannot load it.
        """
        load_model(load_body(self.name, read_arguments(dict(arguments))), server=self.server, api_key=_key())
        return self.facts()

    def others(self) -> list[str]:
        """Names of the other models that the server holds in memory.

        Raises:
            PrerequisiteError: The server is not there.
        """
        loaded = [entry.model or entry.name for entry in running_models(self.server, api_key=_key()).models]
        return [name for name in loaded if name is not None and not same_model(name, self.name)]


def ollama_model(model: str, base_url: str | None) -> OllamaModel | None:
    """A model as in `--model`; `None` for one that no Ollama server serves.

    Args:
        model: With its provider.
        base_url: As in `--model-base-url`; from the environment where it is `None`.

    Raises:
        PrerequisiteError: The environment names no address of a server.
    """
    provider, _, name = model.partition("/")
    if provider not in {NATIVE, _INSPECTS} or not name:
        return None
    if provider == NATIVE:
        return OllamaModel(provider=provider, name=name, server=server_url(base_url))
    url = base_url or os.environ.get("OLLAMA_BASE_URL") or "http://localhost:11434/v1"
    server = url.rstrip("/").removesuffix("/v1")
    return OllamaModel(provider=provider, name=name, server=server_url(server))


def _key() -> str | None:
    return os.environ.get("OLLAMA_API_KEY")
