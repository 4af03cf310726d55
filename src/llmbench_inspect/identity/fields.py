"""What makes answers others than those of an earlier run: named fields, and how two sets of them differ."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple, cast

from inspect_ai import Task

from llmbench_inspect.prerequisite import InspectPrerequisiteError

KEY: Final = "identity"
"""Entry of a log's metadata that holds the fields."""

VERSION: Final = "suite version"

Fields = dict[str, str | int]
"""By name; what is not known is not in it."""

_SHA256: Final = re.compile(r"\b([0-9a-f]{12})[0-9a-f]{52}\b")
_OF_MODELS: Final = ("digest of ", "context size of ")


class Difference(NamedTuple):
    """A field that is not what it was."""

    field: str
    earlier: str | int
    now: str | int

    def __str__(self) -> str:
        return f"{self.field}: {_short(self.earlier)}, now {_short(self.now)}"


def task_fields(task: Task, fixtures: Mapping[str, str]) -> Fields:
    """Version, data and fixtures of a task.

    Args:
        task: Its metadata tell `digest` or `revision` of its data, at any depth.
        fixtures: Digests by the fixtures' names.
    """
    told = {f"fixture {name}": digest for name, digest in fixtures.items()}
    return {VERSION: task.version, **dict(_data(task.metadata or {}, path="")), **told}


def model_fields(model: str, base_url: str | None, arguments: Mapping[str, Any]) -> Fields:
    """Digest and context size of a model, as far as its provider or its server tells.

    Args:
        model: With its provider.
        base_url: Where it is served, if not where its provider says.
        arguments: Of its provider.
    """
    provider, _, name = model.partition("/")
    # Imported only for the provider in use: a start of Inspect needs none of them.
    if provider == "embedded":
        from llmbench_inspect.providers.catalogue import DEFAULT_CONTEXT, find_model  # noqa: PLC0415

        known = find_model(name)
        context = arguments.get("context_size", min(DEFAULT_CONTEXT, known.context_limit))
        return {f"digest of {model}": known.sha256} | told_context(model, context)
    if provider not in {"ollama", "ollama-native"}:
        return {}
    from llmbench_inspect.providers.ollama.where import ollama_model  # noqa: PLC0415

    fields: Fields = {}
    try:
        served = ollama_model(model, base_url)
        digest = served and served.facts().digest
    except InspectPrerequisiteError:
        # The run itself will say what is wrong.
        return {}
    if digest:
        fields[f"digest of {model}"] = digest
    if isinstance(context := arguments.get("num_ctx"), int):
        fields |= told_context(model, context)
    return fields


def told_context(model: str, tokens: int) -> Fields:
    """The field of a context size."""
    return {f"context size of {model}": tokens}


def loaded_context(model: str, base_url: str | None, arguments: Mapping[str, Any]) -> Fields:
    """The context that an Ollama server gives a model, which it loads for that, just as the run would.

    Args:
        model: With its provider.
        base_url: As for `model_fields`.
        arguments: Of its provider.
    """
    if not model.startswith("ollama-native/"):
        return {}
    from llmbench_inspect.providers.ollama.where import ollama_model  # noqa: PLC0415

    try:
        served = ollama_model(model, base_url)
        tokens = served and served.loaded(arguments).context_size
    except InspectPrerequisiteError:
        return {}
    return told_context(model, tokens) if tokens else {}


def differences(earlier: Mapping[str, str | int], now: Mapping[str, str | int]) -> tuple[Difference, ...]:
    """The fields that both have with different values."""
    return tuple(
        Difference(field, earlier[field], value)
        for field, value in now.items()
        if field in earlier and earlier[field] != value
    )


def noted_fields(metadata: Mapping[str, Any] | None) -> Fields:
    """The fields in a log's metadata; none where it was made without."""
    told = (metadata or {}).get(KEY)
    return cast("Fields", told) if isinstance(told, dict) else {}


def _data(entry: Mapping[str, Any], *, path: str) -> Iterator[tuple[str, str | int]]:
    for name, value in entry.items():
        if name == KEY:
            # Of a task whose prompts this one asks.
            fields = cast("Fields", value)
            yield from ((f"{path}{key}", of) for key, of in fields.items() if not key.startswith(_OF_MODELS))
        elif isinstance(value, dict):
            yield from _data(cast("dict[str, Any]", value), path=f"{path}{name} ")
    if path:
        # The digest alone tells what was read; who published it, only where there is none.
        known = "digest" if entry.get("digest") else "revision"
        if isinstance(value := entry.get(known), str):
            yield f"{path}{known}", value


def _short(value: str | int) -> str:
    return _SHA256.sub(r"\1…", str(value))
