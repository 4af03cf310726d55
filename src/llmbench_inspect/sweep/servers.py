"""Which server a cell keeps busy: cells on one server of one's own run one after another."""

from __future__ import annotations

import ipaddress
import os
from typing import Final
from urllib.parse import urlsplit

from .cells import Cell

THIS_MACHINE: Final = "this machine"
"""In the place of a server, where the cell's own process runs the model."""

_OLLAMA: Final = "127.0.0.1:11434"

# These run the model in the cell's own process, or start a server for it.
_ON_THIS_MACHINE: Final = frozenset(
    {
        "embedded",
        "hf",
        "llama-cpp-python",
        "nnterp",
        "sglang",
        "transformer_lens",
        "vllm",
        "vllm-completions",
    }
)


def server_of(cell: Cell, base_url: str | None) -> str | None:
    """A name that is equal for cells on the same local server.

    Args:
        cell: The cell.
        base_url: One of its base URLs, if it has any.

    Returns:
        `None` for a hosted service, which takes many callers, and for a model that is no model.
    """
    provider, _, name = cell.model.partition("/")
    # As Inspect: a provider for any server names the service first.
    service = name.partition("/")[0] if provider.startswith("openai-api") else provider
    variable = f"{service.upper().replace('-', '_')}_BASE_URL"
    url = base_url or os.environ.get(variable)
    if provider in {"ollama", "ollama-native"}:
        return _place(url or os.environ.get("OLLAMA_HOST") or _OLLAMA)
    if url is not None:
        return _place(url) if _is_own(url) else None
    return THIS_MACHINE if provider in _ON_THIS_MACHINE else None


def _place(url: str) -> str:
    parts = urlsplit(url if "://" in url else f"http://{url}")
    host = "127.0.0.1" if parts.hostname in {"localhost", "0.0.0.0", "::1", None} else parts.hostname  # noqa: S104
    # A host alone, as OLLAMA_HOST may be, has Ollama's port.
    default = 443 if parts.scheme == "https" else 80 if "://" in url else 11434
    return f"{host}:{parts.port or default}"


def _is_own(url: str) -> bool:
    host = urlsplit(url if "://" in url else f"http://{url}").hostname or ""
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return "." not in host or host.endswith((".local", ".internal", ".lan"))
