"""How many tokens a model takes, prompt and answer together, and who says so."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from typing import Any, Final, NamedTuple, cast
from urllib.parse import urlsplit

import httpx
from inspect_ai.model import Model, ModelOutput, get_model_info

_WAIT: Final = 5.0


class Window(NamedTuple):
    """The context window."""

    tokens: int | None
    """`None` where nobody says."""
    source: str
    """Who says so."""


async def context_window(model: Model, output: ModelOutput, *, told: int | None) -> Window:
    """Find out how much a model takes.

    Args:
        model: Which.
        output: Any answer of it: this package's providers note the context there.
        told: By the user; goes before all others.
    """
    if told is not None:
        return Window(told, "-T window=")
    if (noted := _whole((output.metadata or {}).get("context_size"))) is not None:
        return Window(noted, "the provider")
    if (served := await _of_server(model)) is not None:
        return served
    info = get_model_info(model)
    if info is not None and info.context_length is not None:
        return Window(
            info.context_length, "Inspect's list of models, which is not what a server of yours may do"
        )
    return Window(None, "nobody says; give it with: -T window=TOKENS")


async def _of_server(model: Model) -> Window | None:
    """What a server of one's own tells beside the protocol."""
    base = model.api.base_url
    if base is None or not base.startswith(("http://", "https://")):
        return None
    root = base.rstrip("/").removesuffix("/v1")
    name = model.api.model_name.rpartition("/")[2] if "/" in model.api.model_name else model.api.model_name
    async with httpx.AsyncClient(timeout=_WAIT, trust_env=not _here(root)) as client:
        for path, read in _TOLD.items():
            try:
                answer = await client.get(root + path)
                tokens = read(answer.json(), name) if answer.status_code == 200 else None
            except (httpx.HTTPError, ValueError, LookupError, TypeError, AttributeError):
                continue  # not this kind of server
            if tokens is not None:
                return Window(tokens, f"{root}{path}")
    return None


def _llama_cpp(told: Any, name: str) -> int | None:  # noqa: ARG001
    return _whole(told["default_generation_settings"]["n_ctx"])


def _vllm(told: Any, name: str) -> int | None:
    return _of_model(told["data"], "id", name=name, size="max_model_len")


def _ollama(told: Any, name: str) -> int | None:
    return _of_model(told["models"], "name", name=name, size="context_length")


def _lm_studio(told: Any, name: str) -> int | None:
    return _of_model(told["data"], "id", name=name, size="loaded_context_length")


_TOLD: Final[dict[str, Callable[[Any, str], int | None]]] = {
    "/props": _llama_cpp,
    "/v1/models": _vllm,
    "/api/ps": _ollama,
    "/api/v0/models": _lm_studio,
}


def _of_model(models: Any, key: str, *, name: str, size: str) -> int | None:
    entries = cast("list[dict[str, Any]]", models)
    named = [entry for entry in entries if str(entry.get(key)).rpartition("/")[2] in {name, f"{name}:latest"}]
    return _whole((named or entries)[0].get(size)) if len(named or entries) == 1 else None


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None


def _here(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
