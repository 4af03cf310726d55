"""What a model is and how the server holds it: asked once, found in the store of every sample."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from inspect_ai.util import StoreModel, store_as
from ollama import ListResponse, ProcessResponse, ShowResponse
from pydantic import BaseModel, Field


class ModelFacts(BaseModel, frozen=True):
    """One model of one server, as it was when the run began. `None` is "the server does not say"."""

    model: str
    """Name asked for."""
    server: str
    """Base URL of the server."""
    server_version: str
    """Such as `0.33.3`."""
    digest: str | None = None
    """SHA-256 of the model's manifest, in hex: the same name with another digest is another model."""
    file_bytes: int | None = None
    """Size on disk, in bytes."""
    architecture: str | None = None
    """Such as `qwen2`."""
    quantization: str | None = None
    """Such as `Q4_K_M`."""
    parameter_size: str | None = None
    """As the server writes it, such as `494.03M`."""
    parameter_count: int | None = None
    """Number of weights, all experts included."""
    trained_context: int | None = None
    """Tokens of context that the model was trained for."""
    mixture_of_experts: bool | None = None
    """Whether only some of its weights work on a token."""
    experts: int | None = None
    """Experts in each layer, for a mixture."""
    experts_used: int | None = None
    """Experts that work on a token, for a mixture."""
    parameters: str | None = None
    """The model's own defaults, a line each, such as `temperature 0.6`: they hold where a run sets none."""
    capabilities: list[str] = Field(default_factory=list)
    """Such as `completion`, `tools`, `thinking`, `vision`."""
    context_size: int | None = None
    """Tokens of context that it was loaded with, prompt and answer together."""
    memory_bytes: int | None = None
    """Memory that it takes once loaded, in bytes."""
    gpu_bytes: int | None = None
    """Of that, on the GPU."""
    gpu_share: float | None = None
    """Share on the GPU, 0 (processor alone) to 1 (GPU alone)."""

    def answer_limit(self) -> int | None:
        """Tokens at which the model's own `num_predict` ends an answer."""
        own = re.search(r"^num_predict\s+(\d+)\s*$", self.parameters or "", re.MULTILINE)
        return int(own[1]) if own else None


class OllamaModels(StoreModel):
    """The models that a sample asked through `ollama-native/`."""

    facts: dict[str, ModelFacts] = Field(default_factory=dict)
    """By model name."""


def note_facts(facts: ModelFacts) -> None:
    """Put a model's facts into the store of the sample that is under way."""
    noted = store_as(OllamaModels)
    if facts.model not in noted.facts:
        noted.facts = {**noted.facts, facts.model: facts}


def installed_facts(
    name: str, *, server: str, version: str, shown: ShowResponse, listed: ListResponse
) -> ModelFacts:
    """The facts that hold whether the model is loaded or not.

    Args:
        name: Name asked for, with or without a tag.
        server: Base URL.
        version: The server's.
        shown: Answer of `/api/show`.
        listed: Answer of `/api/tags`, which alone knows the digest.
    """
    info: Mapping[str, Any] = shown.modelinfo or {}
    architecture = _text(info.get("general.architecture"))
    entry = next((model for model in listed.models if same_model(model.model, name)), None)
    details = shown.details
    experts = _count(info.get(f"{architecture}.expert_count"))
    # Every GGUF says how many blocks it has; where even that is missing, silence on experts proves nothing.
    told = f"{architecture}.block_count" in info
    return ModelFacts(
        model=name,
        server=server,
        server_version=version,
        digest=entry.digest.removeprefix("sha256:") if entry and entry.digest else None,
        file_bytes=int(entry.size) if entry and entry.size is not None else None,
        architecture=architecture or (details.family if details else None),
        quantization=(details.quantization_level or None) if details else None,
        parameter_size=(details.parameter_size or None) if details else None,
        parameter_count=_count(info.get("general.parameter_count")),
        trained_context=_count(info.get(f"{architecture}.context_length")),
        mixture_of_experts=experts > 1 if experts is not None else (False if told else None),
        experts=experts or None,
        experts_used=_count(info.get(f"{architecture}.expert_used_count")) or None,
        parameters=shown.parameters or None,
        capabilities=list(shown.capabilities or []),
    )


def loaded_facts(facts: ModelFacts, running: ProcessResponse) -> ModelFacts:
    """The facts, with what `/api/ps` says of the loaded model."""
    entry = next(
        (model for model in running.models if same_model(model.model or model.name, facts.model)), None
    )
    if entry is None:
        return facts
    memory = int(entry.size) if entry.size is not None else None
    gpu = int(entry.size_vram) if entry.size_vram is not None else None
    return facts.model_copy(
        update={
            "context_size": entry.context_length or None,
            "memory_bytes": memory,
            "gpu_bytes": gpu,
            "gpu_share": round(gpu / memory, 4) if memory and gpu is not None else None,
        }
    )


def same_model(listed: str | None, asked: str) -> bool:
    """Whether a name in a list means the model asked for: a name without a tag means `latest`."""
    return listed is not None and _tagged(listed) == _tagged(asked)


def _tagged(name: str) -> str:
    name = name.lower()
    return name if ":" in name.rsplit("/", 1)[-1] else f"{name}:latest"


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
