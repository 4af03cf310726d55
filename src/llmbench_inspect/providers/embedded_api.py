"""Inspect's OpenAI-compatible provider, held by one that brings its own server."""

from __future__ import annotations

import os
from typing import Any, Final

import httpx
import psutil
from inspect_ai.model import (
    ChatMessage,
    GenerateConfig,
    ModelAPI,
    ModelCall,
    ModelOutput,
    RetryDecision,
    get_model,
)
from inspect_ai.tool import ToolChoice, ToolInfo
from inspect_ai.util import concurrency
from openai import APIError

from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.providers.catalogue import DEFAULT_CONTEXT, EmbeddedModel, find_model
from llmbench_inspect.providers.server import SLOTS, serve

_NO_CALL: Final = "output that does not match the expected"
"""What llama-server says when it cannot read what a model wrote in the place of a tool call."""


class EmbeddedAPI(ModelAPI):
    """`embedded/<model>`: a small model on this machine's processor, for trials, tests and CI.

    The weights are fetched and the server started when the model is made, so that whatever is missing is
    said before the first sample. All tasks of a process share one server for each model.

    Args:
        model_name: A name of the catalogue, without `embedded/`.
        base_url: Not taken: the server is this provider's own.
        api_key: Ignored; there is none.
        config: Generation options of the model.
        **model_args: `context_size` (tokens for each request, prompt and answer together; 16384, or what the
            model was trained for where that is less) and `threads` (as many as there are physical cores).

    Raises:
        PrerequisiteError: Unknown model or argument, or the weights or the server are not to be had.
    """

    def __init__(
        self,
        model_name: str,
        base_url: str | None = None,
        api_key: str | None = None,
        config: GenerateConfig | None = None,
        **model_args: Any,
    ) -> None:
        config = config or GenerateConfig()
        super().__init__(model_name=model_name, base_url=base_url, api_key=api_key, config=config)
        model = find_model(model_name)
        if base_url is not None:
            raise PrerequisiteError(
                f"embedded/{model_name} starts its own server and takes no base URL. For a server that runs "
                f"already: export LOCAL_API_KEY=none, --model openai-api/local/{model_name} "
                f"--model-base-url {base_url}"
            )
        self.context_size, threads = _arguments(model, model_args)
        self._server = serve(model, context_size=self.context_size, threads=threads)
        _ask_no_proxy_for("127.0.0.1")
        self._inner = get_model(
            f"openai-api/embedded/{model_name}",
            config=config,
            base_url=f"{self._server.url}/v1",
            api_key="embedded",
            memoize=False,
        ).api
        self._inner.qualified_model_name = f"embedded/{model_name}"

    async def generate(
        self,
        input: list[ChatMessage],  # noqa: A002 - Inspect's name
        tools: list[ToolInfo],
        tool_choice: ToolChoice,
        config: GenerateConfig,
    ) -> ModelOutput | tuple[ModelOutput | Exception, ModelCall]:
        """Ask the server; its own `timings` (tokens and milliseconds) go into the output's metadata."""
        # Inspect's adaptive connections begin at 20: all beyond the slots would wait inside the server,
        # against the clock of the request.
        async with concurrency(f"llama-server {self.model_name}", SLOTS, key=self._server.url, visible=False):
            if not self._server.running:
                raise RuntimeError(
                    f"The server of embedded/{self.model_name} has ended; run again to start a new one. "
                    f"Its log: {self._server.log}\n{self._server.last_words()}"
                )
            try:
                result = await self._inner.generate(input, tools, tool_choice, config)
            except APIError as error:
                if _NO_CALL not in str(error):
                    raise
                # The model's doing: asked again, it would write the same, and Inspect would ask for ever.
                text = self._server.unread.take()
                output = ModelOutput.from_content(self.model_name, text, error=None if text else str(error))
                output.metadata = {"context_size": self.context_size, "unread_tool_call": True}
                return output
        if not isinstance(result, tuple):
            return result
        output, call = result
        if isinstance(output, APIError) and output.type == "exceed_context_size_error":
            output = ModelOutput.from_content(self.model_name, str(output), stop_reason="model_length")
        if isinstance(output, ModelOutput):
            output.metadata = (output.metadata or {}) | {"context_size": self.context_size}
            if call.response and (timings := call.response.get("timings")):
                output.metadata["timings"] = timings
        return output, call

    async def tokenize(self, text: str) -> list[int]:
        """The model's own tokens of a text."""
        async with httpx.AsyncClient(trust_env=False) as client:
            answer = await client.post(f"{self._server.url}/tokenize", json={"content": text})
        answer.raise_for_status()
        return answer.json()["tokens"]

    async def count_text_tokens(self, text: str) -> int:
        """Counted by the model's own tokenizer (Inspect's estimate would download one)."""
        return len(await self.tokenize(text))

    def max_connections(self) -> int:
        """As many as the server has slots."""
        return SLOTS

    def connection_key(self) -> str:
        """One pool for each server."""
        return self._server.url

    def should_retry(self, ex: Exception) -> bool | RetryDecision:
        """As the OpenAI-compatible provider does: dropped connections, yes."""
        return self._inner.should_retry(ex)

    def is_auth_failure(self, ex: Exception) -> bool:
        """As the OpenAI-compatible provider does."""
        return self._inner.is_auth_failure(ex)

    async def refresh_credentials(self) -> None:
        """As the OpenAI-compatible provider does."""
        await self._inner.refresh_credentials()

    async def aclose(self) -> None:
        """Close the connections; the server goes on for the other tasks of the process."""
        await self._inner.aclose()

    def canonical_name(self) -> str:
        """The name in the catalogue."""
        return self.model_name


def _arguments(model: EmbeddedModel, given: dict[str, Any]) -> tuple[int, int]:
    known = {"context_size": min(DEFAULT_CONTEXT, model.context_limit), "threads": _usable_cores()}
    for name, value in given.items():
        if name not in known:
            names = ", ".join(f"-M {known_name}=" for known_name in known)
            raise PrerequisiteError(f"embedded/{model.name} knows no argument {name!r}. Known: {names}")
        most = model.context_limit if name == "context_size" else 1024
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
            raise PrerequisiteError(
                f"embedded/{model.name} takes for {name} a whole number from 1 to {most}, not {value!r}"
            )
        known[name] = value
    return known["context_size"], known["threads"]


def _ask_no_proxy_for(host: str) -> None:
    listed = {
        entry for name in ("NO_PROXY", "no_proxy") for entry in os.environ.get(name, "").split(",") if entry
    }
    os.environ["NO_PROXY"] = os.environ["no_proxy"] = ",".join(sorted(listed | {host}))


def _usable_cores() -> int:
    physical = psutil.cpu_count(logical=False) or 1
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else physical
    return min(physical, allowed)
