"""The `ollama` package's clients, with the one call that its own `chat` cannot make."""

from __future__ import annotations

import ipaddress
import json
import os
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import closing
from typing import Any, Final

import httpx
from ollama import AsyncClient, Client
from pydantic import ValidationError

from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.providers.ollama.wire import ChatPart, Refusal, Version

CONNECT_SECONDS: Final = 10.0
"""How long a server may take to accept a connection."""

_LOADING: Final = httpx.Timeout(600.0, connect=CONNECT_SECONDS)


class ServerAnswerError(Exception):
    """An error in the server's own words, or an answer that no Ollama server gives.

    Args:
        message: What it said.
        status: HTTP status, where it gave one.
    """

    def __init__(self, message: str, *, status: int | None) -> None:
        super().__init__(message)
        self.status = status


class OllamaClient(AsyncClient):
    """The package's client, asking `/api/chat` with a body of our own.

    The package's `chat` has no `truncate` and no `shift`, drops all of a tool's schema that is nested, and
    splits the answer's lines at U+0085, which a model may write. `_client`, its httpx client, is private:
    tests/providers/ollama/test_chat.py notices when it is gone.

    Args:
        server: Base URL.
        silence: Most seconds without a byte from the server.
        api_key: Sent as a bearer token, for servers behind a gateway.
    """

    _client: httpx.AsyncClient

    def __init__(self, server: str, *, silence: float, api_key: str | None) -> None:
        super().__init__(  # pyright: ignore[reportUnknownMemberType] - its keywords are untyped
            server,
            timeout=httpx.Timeout(silence, connect=CONNECT_SECONDS, pool=None),
            # A connection for each call: one that rests is dropped by some servers, and cannot outlive the
            # event loop of an eval. No limit: Inspect has its own.
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=0),
            trust_env=not is_this_machine(server),
            headers=_authorisation(api_key),
        )

    async def chat_parts(self, body: dict[str, Any]) -> AsyncGenerator[ChatPart]:
        """Ask, and yield the parts of the answer as they come.

        Raises:
            ServerAnswerError: The server refused, or broke off with an error.
            httpx.TransportError: The connection could not be made or was lost.
        """
        done = False
        async with self._client.stream("POST", "/api/chat", json=body) as response:
            if response.is_error:
                raise _refusal(response.status_code, await response.aread())
            async for line in _lines(response):
                part = _part(line)
                if part.error is not None:
                    raise ServerAnswerError(_text(part.error), status=part.status)
                yield part
                done = part.done
        if not done:
            raise httpx.RemoteProtocolError("the answer ended before the server said that it was done")


class PreflightClient(Client):
    """The package's client for the questions before a run; it asks and is closed.

    Args:
        server: Base URL.
        api_key: As for `OllamaClient`.
    """

    _client: httpx.Client

    def __init__(self, server: str, *, api_key: str | None) -> None:
        super().__init__(  # pyright: ignore[reportUnknownMemberType] - its keywords are untyped
            server,
            timeout=httpx.Timeout(30.0, connect=CONNECT_SECONDS),
            trust_env=not is_this_machine(server),
            headers=_authorisation(api_key),
        )

    def version(self) -> str:
        """The server's version; the package has no call for it.

        Raises:
            httpx.HTTPError: The server is not there or refused.
            ValueError: What answers is no Ollama server.
        """
        answer = self._client.get("/api/version")
        answer.raise_for_status()
        return Version.model_validate_json(answer.content).version

    def load(self, body: Mapping[str, Any]) -> None:
        """Load a model.

        Args:
            body: Of `/api/chat`, without messages.

        Raises:
            httpx.HTTPError: The server is not there or refused.
        """
        self._client.post("/api/chat", json={**body, "stream": False}, timeout=_LOADING).raise_for_status()


class _Probe(Client):
    _client: httpx.Client

    @property
    def url(self) -> str:
        return str(self._client.base_url).rstrip("/")


def server_url(host: str | None) -> str:
    """The URL of a server, as the package reads `host` or, for `None`, `OLLAMA_HOST`.

    Raises:
        PrerequisiteError: It is no address.
    """
    try:
        with closing(_Probe(host, trust_env=False, verify=False)) as probe:
            return probe.url
    except (ValueError, httpx.InvalidURL) as error:
        named = f"--model-base-url {host}" if host else f"OLLAMA_HOST={os.environ.get('OLLAMA_HOST')}"
        raise PrerequisiteError(
            f"{named} is no address of a server ({error}), such as 127.0.0.1:11434"
        ) from None


def is_this_machine(url: str) -> bool:
    """Whether a URL points at the loopback interface, which no proxy is to be asked for."""
    host = httpx.URL(url).host
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
    return address.is_loopback or address.is_unspecified


def _authorisation(api_key: str | None) -> dict[str, str]:
    return {"authorization": f"Bearer {api_key}"} if api_key else {}


async def _lines(response: httpx.Response) -> AsyncIterator[bytes]:
    rest = b""
    async for piece in response.aiter_bytes():
        *lines, rest = (rest + piece).split(b"\n")
        for line in lines:
            if line.strip():
                yield line
    if rest.strip():
        yield rest


def _part(line: bytes) -> ChatPart:
    try:
        return ChatPart.model_validate_json(line)
    except ValidationError:
        raise ServerAnswerError(f"what came is not of Ollama's API: {line[:200]!r}", status=None) from None


def _refusal(status: int, body: bytes) -> ServerAnswerError:
    try:
        said = _text(Refusal.model_validate_json(body).error)
    except ValidationError:
        said = body[:2000].decode(errors="replace")
    return ServerAnswerError(said, status=status)


def _text(error: Any) -> str:
    return error if isinstance(error, str) else json.dumps(error)
