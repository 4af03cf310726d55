"""What the logs tell of the models and of the hardware: digests, quantisation, context, GPUs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import polars as pl

from .evidence import Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFact:
    """A model as a server described it when a run began; `None` is "it does not say"."""

    model: str
    """Inspect's name of it, with its provider."""

    digest: str | None
    """SHA-256 of its manifest or weights, in hex."""

    parameters: str | None
    quantization: str | None
    architecture: str | None
    context: int | None
    """Tokens that the server gave it room for."""

    server: str | None
    """Name and version of what served it."""

    gpu_share: float | None
    """Part of it that lay in a GPU's memory, 0 to 1."""


def model_facts(evidence: Evidence) -> tuple[ModelFact, ...]:
    """What the samples' stores tell of the evaluated models, each state of each once.

    Inspect's own log does not hold it; `ollama-native/` leaves it in the store as `OllamaModels:facts`.
    """
    told = (
        evidence.all_columns("samples")
        .select("log", facts=pl.col("store").str.extract(r'"OllamaModels:facts":(\{.*?\}\})'))
        .drop_nulls("facts")
        .unique(maintain_order=True)
        .collect()
        .join(evidence.runs.select("log", "model"), on="log", maintain_order="left")
        .unique(("model", "facts"), maintain_order=True)
    )
    found: dict[ModelFact, None] = {}
    for model, text in told.select("model", "facts").iter_rows():
        for name, fact in _entries(text):
            if name == model.partition("/")[2]:
                found[_fact(model, fact)] = None
    return tuple(sorted(found, key=lambda fact: (fact.model, fact.digest or "")))


def gpus(evidence: Evidence) -> dict[tuple[str, str], int]:
    """Number of GPUs by the model's name and the GPU's, where a sample's window tells."""
    told = (
        evidence.gpu.filter(pl.col("gpus").list.len() > 0)
        .join(evidence.runs.select("log", "model"), on="log", maintain_order="left")
        .select("model", "gpus")
        .explode("gpus")
        .select("model", pl.col("gpus").struct.field("name"), pl.col("gpus").struct.field("index"))
        .drop_nulls()
        .group_by("model", "name", maintain_order=True)
        .agg(pl.col("index").n_unique())
    )
    return {(model, name): count for model, name, count in sorted(told.iter_rows())}


def _entries(text: str) -> list[tuple[str, dict[str, Any]]]:
    try:
        told = json.loads(text)
    except ValueError:
        # A name within holds "}}": nothing is told rather than something wrong.
        return []
    return [(name, fact) for name, fact in told.items() if isinstance(fact, dict)]


def _fact(model: str, fact: dict[str, Any]) -> ModelFact:
    def text(name: str) -> str | None:
        value = fact.get(name)
        return value if isinstance(value, str) else None

    context, share, version = fact.get("context_size"), fact.get("gpu_share"), text("server_version")
    return ModelFact(
        model=model,
        digest=text("digest"),
        parameters=text("parameter_size"),
        quantization=text("quantization"),
        architecture=text("architecture"),
        context=context if isinstance(context, int) else None,
        server=None if version is None else f"Ollama {version}",
        gpu_share=float(share) if isinstance(share, int | float) else None,
    )
