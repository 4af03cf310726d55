"""The model provider `ollama-native/<model>`: Ollama's own API, its context, clocks and facts."""

from __future__ import annotations

import time
from contextlib import aclosing
from typing import Any

import anyio
import httpx
from inspect_ai.model import ChatMessage, GenerateConfig, ModelAPI, ModelCall, ModelOutput, RetryDecision
from inspect_ai.tool import ToolChoice, ToolInfo
from ollama import ResponseError

from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.providers.ollama.arguments import read_arguments
from llmbench_inspect.providers.ollama.client import OllamaClient, ServerAnswerError, server_url
from llmbench_inspect.providers.ollama.errors import (
    Asked,
    ModelOutputError,
    OllamaError,
    call_failure,
    overflow,
)
from llmbench_inspect.providers.ollama.facts import ModelFacts, loaded_facts, note_facts
from llmbench_inspect.providers.ollama.preflight import preflight
from llmbench_inspect.providers.ollama.reply import Reply, output_of
from llmbench_inspect.providers.ollama.request import (
    chat_body,
    load_body,
    not_enforced,
    offered_tools,
    refuse_what_cannot_be,
    without_images,
)
from llmbench_inspect.providers.ollama.stream import report_part, report_start


class OllamaAPI(ModelAPI):
    """`ollama-native/<model>`: a model of an Ollama server, through `/api/chat`.

    Whether the server is there, new enough and has the model is checked when the model is made, before the
    first sample. The first call loads it, and learns how large a context it got and where it lies.

    Args:
        model_name: Name on the server, such as `llama3.2:3b`.
        base_url: Of the server, without `/v1`; where it is `None`, `OLLAMA_HOST` or this machine's.
        api_key: For servers behind a gateway; `OLLAMA_API_KEY` where it is `None`.
        config: Generation options of the model.
        **model_args: `num_ctx`, `keep_alive`, `think`, `timeout` and the rest of Ollama's options.

    Raises:
        PrerequisiteError: The server is not there or too old, has no such model, or an argument cannot be.
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
        super().__init__(
            model_name=model_name,
            base_url=base_url,
            api_key=api_key,
            api_key_vars=["OLLAMA_API_KEY"],
            config=config,
        )
        self._arguments = read_arguments(model_args)
        refuse_what_cannot_be(config)
        self._server = server_url(base_url)
        self._facts = preflight(model_name, server=self._server, api_key=self.api_key)
        self._ready = False
        self._getting_ready = anyio.Lock()
        self.initialize()

    def initialize(self) -> None:
        """Make the client anew, with the key that holds now."""
        super().initialize()
        self._client = OllamaClient(self._server, silence=self._arguments.timeout, api_key=self.api_key)

    @property
    def facts(self) -> ModelFacts:
        """What the model is; with its context and its place in memory from the first call on."""
        return self._facts

    async def generate(
        self,
        input: list[ChatMessage],  # noqa: A002 - Inspect's name
        tools: list[ToolInfo],
        tool_choice: ToolChoice,
        config: GenerateConfig,
    ) -> ModelOutput | tuple[ModelOutput | Exception, ModelCall]:
        """Ask the server; its durations and counts go into the output's metadata, its facts into the store.

        Raises:
            ContextOverflowError: The prompt does not fit; names both sizes.
            OllamaError: Any other failure of the server.
            PrerequisiteError: `config` wants what Ollama cannot do, or `num_ctx` is not to be had.
        """
        body = chat_body(
            self.model_name,
            self._arguments,
            messages=input,
            tools=tools,
            tool_choice=tool_choice,
            config=config,
        )
        await self._load()
        asked = self._asked(sum(len(message.text) for message in input))
        reply = Reply()
        fault: str | None = None
        started = time.monotonic()
        try:
            report_start()
            async with aclosing(self._client.chat_parts(body)) as parts:
                async for part in parts:
                    reply.add(part)
                    await report_part(part)
        except (ServerAnswerError, httpx.TransportError) as error:
            failure = call_failure(error, asked)
            if not isinstance(failure, ModelOutputError):
                raise failure from error
            fault = str(failure)
        seconds = time.monotonic() - started
        note_facts(self._facts)
        read = reply.timings.prompt_tokens
        if read is not None and asked.context_size is not None and read >= asked.context_size:
            raise overflow(read, asked)
        output = output_of(
            reply,
            model=self.model_name,
            tools=[tool.name for tool in offered_tools(tools, tool_choice)],
            context_size=asked.context_size,
            answer_limit=body["options"].get("num_predict", self._facts.answer_limit()),
            error=fault,
        )
        if wishes := not_enforced(tool_choice, tools, config):
            output.metadata = (output.metadata or {}) | {"not_enforced": wishes}
        return output, ModelCall.create(body, reply.whole, filter=without_images, time=seconds)

    async def _load(self) -> None:
        """Load the model with the options of the calls to come, once, and see what became of it."""
        async with self._getting_ready:
            if self._ready:
                return
            try:
                async for _ in self._client.chat_parts(load_body(self.model_name, self._arguments)):
                    pass
                running = await self._client.ps()
            except (ServerAnswerError, httpx.TransportError, ConnectionError) as error:
                raise call_failure(error, self._asked(0)) from error
            except ResponseError as error:
                refused = ServerAnswerError(error.error, status=error.status_code)
                raise call_failure(refused, self._asked(0)) from error
            self._facts = loaded_facts(self._facts, running)
            self._check_context()
            self._ready = True

    def _check_context(self) -> None:
        wanted, given = self._arguments.num_ctx, self._facts.context_size
        if wanted is not None and given is not None and wanted != given:
            trained = self._facts.trained_context
            why = f"; it was trained for {trained}" if trained is not None and wanted > trained else ""
            raise PrerequisiteError(
                f"{self.model_name} was to have a context of {wanted} tokens (-M num_ctx=), but the server "
                f"at {self._server} loaded it with {given}{why}. Ask for that: -M num_ctx={given}"
            )

    def _asked(self, prompt_characters: int) -> Asked:
        return Asked(
            model=self.model_name,
            server=self._server,
            timeout=self._arguments.timeout,
            context_size=self._facts.context_size or self._arguments.num_ctx,
            trained_context=self._facts.trained_context,
            prompt_characters=prompt_characters,
        )

    def should_retry(self, ex: Exception) -> bool | RetryDecision:
        """Lost connections and full queues, yes; a server that is gone, and whatever would recur, no."""
        return ex.retry if isinstance(ex, OllamaError) else RetryDecision.no()

    def max_connections(self) -> int:
        """As many as an Ollama server works on at a time unless `OLLAMA_NUM_PARALLEL` says more."""
        return 1

    def connection_key(self) -> str:
        """One pool for each server."""
        return self._server

    async def aclose(self) -> None:
        """Close the client; the model stays loaded as long as `keep_alive` says."""
        await self._client.close()
