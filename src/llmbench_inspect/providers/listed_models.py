"""What a server that speaks OpenAI's protocol says that it serves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, cast

import httpx
from inspect_ai.model import Model

from llmbench_inspect.named_choice import did_you_mean
from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.providers.ollama.client import is_this_machine

_SECONDS: Final = 5.0
_ANY_NAME: Final = "llamacpp"
"""Owner of the models of llama.cpp's server, which serves its one model under any name."""


@dataclass(frozen=True, kw_only=True)
class ListedModels:
    """The models of one server, for one that is asked for."""

    server: str
    """Base URL."""
    asked: str
    """Name on the server."""
    names: tuple[str, ...]
    """Names that it lists; empty where it lists none."""
    any_name: bool
    """Whether it answers under any name."""

    def check(self) -> None:
        """See that the model is among them.

        Raises:
            PrerequisiteError: It is not; says which are.
        """
        if self.names and not self.any_name and self.asked not in self.names:
            raise PrerequisiteError(
                f"The server at {self.server} has no model '{self.asked}'."
                f"{did_you_mean(self.asked, self.names)} It has: {', '.join(self.names[:20])}"
            )


async def listed_models(made: Model) -> ListedModels | None:
    """Ask the server of a model which models it has; `None` where no address of a server is named.

    Args:
        made: Of a provider that speaks OpenAI's protocol.

    Raises:
        PrerequisiteError: The server does not answer, or refuses the key.
    """
    server, key = made.api.base_url, made.api.api_key
    if server is None:
        return None
    headers = {"authorization": f"Bearer {key}"} if key else {}
    try:
        async with httpx.AsyncClient(timeout=_SECONDS, trust_env=not is_this_machine(server)) as client:
            answer = await client.get(f"{server.rstrip('/')}/models", headers=headers)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise PrerequisiteError(
            f"No server answers at {server} ({error or type(error).__name__}). Start it, or name another: "
            "--model-base-url http://host:port/v1"
        ) from error
    if answer.status_code in {401, 403}:
        raise PrerequisiteError(f"The server at {server} refuses the API key. Set the one that it takes")
    entries = _entries(answer)
    return ListedModels(
        server=server,
        asked=_name(str(made)),
        names=tuple(str(entry["id"]) for entry in entries if "id" in entry),
        any_name=any(entry.get("owned_by") == _ANY_NAME for entry in entries),
    )


def _name(model: str) -> str:
    provider, _, name = model.partition("/")
    return name.partition("/")[2] if provider == "openai-api" else name


def _entries(answer: httpx.Response) -> list[dict[str, Any]]:
    try:
        listed: Any = answer.json()["data"]
    except (ValueError, LookupError, TypeError):
        return []  # a server need not list
    entries = cast("list[Any]", listed) if isinstance(listed, list) else []
    return [entry for entry in entries if isinstance(entry, dict)]
