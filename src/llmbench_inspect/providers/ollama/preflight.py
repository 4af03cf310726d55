"""What is asked of a server before the first sample: is it there, is it new enough, has it the model."""

from __future__ import annotations

import re
from collections.abc import Generator, Mapping
from contextlib import closing, contextmanager
from typing import Any, Final

import httpx
from ollama import ListResponse, ProcessResponse, ResponseError, ShowResponse

from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.providers.ollama.client import PreflightClient
from llmbench_inspect.providers.ollama.errors import server_down, unknown_model
from llmbench_inspect.providers.ollama.facts import ModelFacts, installed_facts

LEAST_VERSION: Final = (0, 13, 0)
"""Servers before it take no `truncate` in `/api/chat` and cut long prompts without a word."""


def preflight(model: str, *, server: str, api_key: str | None) -> ModelFacts:
    """Check the server and the model.

    Args:
        model: Name of the model.
        server: Base URL of the server.
        api_key: Bearer token.

    Raises:
        PrerequisiteError: Something is missing; says what mends it.
    """
    version = server_version(server, api_key=api_key)
    with _asking(server, api_key=api_key) as client:
        listed = client.list()
        shown = _shown(client, model, server=server, listed=listed)
    return installed_facts(model, server=server, version=version, shown=shown, listed=listed)


def server_version(server: str, *, api_key: str | None) -> str:
    """Check the server alone.

    Args:
        server: Base URL of the server.
        api_key: Bearer token.

    Raises:
        PrerequisiteError: It is not there, is none of Ollama's, or is too old.
    """
    if server.endswith("/v1"):
        raise PrerequisiteError(
            f"ollama-native speaks Ollama's own API, which is not under /v1: --model-base-url {server[:-3]}"
        )
    with _asking(server, api_key=api_key) as client:
        version = client.version()
    if too_old(version):
        least = ".".join(map(str, LEAST_VERSION))
        raise PrerequisiteError(
            f"The Ollama server at {server} is of version {version} and would cut long prompts without a "
            f"word. At least {least} is needed: https://ollama.com/download"
        )
    return version


def running_models(server: str, *, api_key: str | None) -> ProcessResponse:
    """What the server holds in memory.

    Args:
        server: Base URL of the server.
        api_key: Bearer token.

    Raises:
        PrerequisiteError: It does not answer.
    """
    with _asking(server, api_key=api_key) as client:
        return client.ps()


def load_model(body: Mapping[str, Any], *, server: str, api_key: str | None) -> None:
    """Have the server load a model, which may take minutes.

    Args:
        body: As `load_body` makes it.
        server: Base URL of the server.
        api_key: Bearer token.

    Raises:
        PrerequisiteError: It does not answer, or cannot.
    """
    with _asking(server, api_key=api_key) as client:
        client.load(body)


@contextmanager
def _asking(server: str, *, api_key: str | None) -> Generator[PreflightClient]:
    try:
        with closing(PreflightClient(server, api_key=api_key)) as client:
            yield client
    except ResponseError as error:
        raise PrerequisiteError(f"The Ollama server at {server} refused: {error.error}") from None
    except (httpx.ConnectError, httpx.ConnectTimeout, ConnectionError) as error:
        raise PrerequisiteError(server_down(error, server)) from None
    except (httpx.HTTPError, ValueError) as error:
        why = str(error).partition("\n")[0]
        raise PrerequisiteError(
            f"What answers at {server} is no Ollama server ({why}). Name one: "
            "export OLLAMA_HOST=host:port, or --model-base-url http://host:port"
        ) from None


def _shown(client: PreflightClient, model: str, *, server: str, listed: ListResponse) -> ShowResponse:
    try:
        return client.show(model)
    except ResponseError as error:
        if error.status_code != 404:
            raise
        names = [entry.model for entry in listed.models if entry.model]
        raise unknown_model(model, server=server, installed=names) from None


def too_old(version: str) -> bool:
    """Whether a server of that version cuts prompts without a word; `0.0.0` is one built from source."""
    numbers = re.match(r"(\d+)\.(\d+)\.(\d+)", version)
    if numbers is None:
        return False
    parts = tuple(int(number) for number in numbers.groups())
    return (0, 0, 0) < parts < LEAST_VERSION
