"""Whether a cell's model can be called: its key, its provider's package, its server, its name there."""

from __future__ import annotations

import os
from typing import Any, Final, NamedTuple

import httpx
from inspect_ai.model import get_model
from pydantic import BaseModel, ValidationError
from rich.text import Text

from llmbench_inspect.named_choice import did_you_mean
from llmbench_inspect.prerequisite import InspectPrerequisiteError, PrerequisiteError

from .cells import Cell

_SECONDS: Final = 10.0


class _Service(NamedTuple):
    """A hosted service that tells which models it has."""

    base_url: str
    variable: str
    """That names another base URL."""
    key: str
    """Variable of the key."""


_SERVICES: Final = {
    "openai": _Service("https://api.openai.com/v1", "OPENAI_BASE_URL", "OPENAI_API_KEY"),
    "anthropic": _Service("https://api.anthropic.com/v1", "ANTHROPIC_BASE_URL", "ANTHROPIC_API_KEY"),
}


def unavailable(cell: Cell, base_url: str | None) -> str | None:
    """Why the model of a cell cannot be called; `None` where nothing speaks against it.

    The model is made as Inspect makes it: some providers then ask their server, some start one.

    Args:
        cell: The cell.
        base_url: The server that it is to use.
    """
    try:
        get_model(cell.model, base_url=base_url, **cell.model_args)
    except (InspectPrerequisiteError, ImportError) as error:
        return plain(error)
    provider, _, name = cell.model.partition("/")
    if service := _SERVICES.get(provider):
        return _missing_from_service(name, service, base_url)
    if base_url is None or provider == "ollama-native":
        return None
    served = name.partition("/")[2] if provider.startswith("openai-api") else name
    return _missing_from_server(served, base_url)


def _missing_from_service(name: str, service: _Service, base_url: str | None) -> str | None:
    url = base_url or os.environ.get(service.variable) or service.base_url
    key = os.environ.get(service.key, "")
    headers = {"Authorization": f"Bearer {key}", "x-api-key": key, "anthropic-version": "2023-06-01"}
    try:
        answer = httpx.get(f"{url.rstrip('/')}/models/{name}", headers=headers, timeout=_SECONDS)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return f"{url} does not answer ({error})"
    if answer.status_code in {401, 403}:
        return f"{url} refuses the key in {service.key}"
    # Other servers of the same protocol may not tell of single models: they answer in other words.
    if answer.status_code == 404 and _is_refusal(answer):
        return f"{url} has no model '{name}'"
    return None


def _missing_from_server(name: str, base_url: str) -> str | None:
    try:
        answer = httpx.get(f"{base_url.rstrip('/')}/models", timeout=_SECONDS)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return f"{base_url} does not answer ({error}). Start the server, or name another in base_urls"
    names = _served(answer)
    # A server need not tell; the first call will.
    if not names or name in names or f"{name}:latest" in names:
        return None
    return f"{base_url} has no model '{name}'.{did_you_mean(name, names)} It has: {', '.join(sorted(names))}"


class _Entry(BaseModel):
    id: str


class _Listed(BaseModel):
    """The answer to `GET /models`."""

    data: list[_Entry]


class _Refused(BaseModel):
    """An answer that the protocol has for what is not there."""

    error: Any


def _served(answer: httpx.Response) -> list[str]:
    try:
        return [entry.id for entry in _Listed.model_validate_json(answer.content).data]
    except ValidationError:
        return []


def _is_refusal(answer: httpx.Response) -> bool:
    try:
        _Refused.model_validate_json(answer.content)
    except ValidationError:
        return False
    return True


def plain(error: Exception) -> str:
    """The message in one line, without the marks that Inspect colours it by."""
    text = str(error)
    if not isinstance(error, PrerequisiteError):
        text = Text.from_markup(text).plain
    return " ".join(text.removeprefix("ERROR: ").split())
