"""Whether a model is served from this machine: all that an eval's specification and the environment tell."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import psutil
from inspect_ai.log import EvalSpec

_NOT_ON_A_GPU: Final = {
    "embedded": "runs on the processor",
    "mockllm": "is no model",
    "none": "is no model",
}
_HERE_BY_DEFAULT: Final = {
    "hf",
    "llama-cpp-python",
    "nnterp",
    "ollama",
    "ollama-native",
    "sglang",
    "transformer_lens",
    "vllm",
    "vllm-completions",
}
"""Providers that run the model themselves, or ask a server on this machine where no base URL is given."""
_NAMES_OF_THIS_MACHINE: Final = {"localhost", "host.docker.internal", "host.containers.internal"}


def why_not_here(spec: EvalSpec) -> str | None:
    """Why the model of an eval does not use this machine's GPUs, as far as can be told; `None` where it does.

    A tunnel or a proxy on this machine looks like a server on it.

    Args:
        spec: The eval. Where it has no model of its own, its model roles count.
    """
    reason = _why_not(spec.model, spec.model_base_url, spec.model_args)
    if spec.model.startswith("none/"):
        for role in (spec.model_roles or {}).values():
            for model in role if isinstance(role, list) else [role]:
                if _why_not(model.model, model.base_url, model.args) is None:
                    return None
    return reason


def served_from(spec: EvalSpec) -> str | None:
    """The host that serves the model of an eval, where it is named and is another machine."""
    provider, _, name = spec.model.partition("/")
    if provider in _NOT_ON_A_GPU:
        return None
    host = _host(spec.model_base_url or _from_environment(provider, name))
    return None if host is None or _is_this_machine(host) else host


def _why_not(model: str, base_url: str | None, arguments: Mapping[str, Any]) -> str | None:
    provider, _, name = model.partition("/")
    if provider in _NOT_ON_A_GPU:
        return f"{model} {_NOT_ON_A_GPU[provider]}"
    if arguments.get("device") == "cpu":
        return f"{model} runs on the processor (device=cpu)"
    url = base_url or _from_environment(provider, name)
    if url is None:
        return None if provider in _HERE_BY_DEFAULT else f"{model} is not served from this machine"
    host = _host(url) or ""
    return None if _is_this_machine(host) else f"{model} is served from {host}, not from this machine"


def _host(url: str | None) -> str | None:
    return None if url is None else urlsplit(url if "://" in url else f"//{url}").hostname


def _from_environment(provider: str, name: str) -> str | None:
    service = name.partition("/")[0] if provider.startswith("openai-api") else provider
    variables = [f"{service.removesuffix('-completions').replace('-', '_').upper()}_BASE_URL"]
    if provider == "ollama-native":
        variables = ["OLLAMA_HOST"]
    for variable in (*variables, "INSPECT_EVAL_MODEL_BASE_URL"):
        if url := os.environ.get(variable):
            return url
    return None


def _is_this_machine(host: str) -> bool:
    if host in _NAMES_OF_THIS_MACHINE or host == socket.gethostname().lower() or host.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    own = {entry.address.partition("%")[0] for entries in psutil.net_if_addrs().values() for entry in entries}
    return address.is_loopback or address.is_unspecified or str(address) in own
