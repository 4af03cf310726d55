"""What can go wrong with an Ollama server, in words that say what mends it, and whether to ask again."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

import httpx
from inspect_ai.model import RetryDecision
from pydantic import BaseModel, ValidationError

from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.providers.ollama.client import CONNECT_SECONDS, ServerAnswerError, is_this_machine

_OVERFLOW: Final = re.compile(
    r"exceed_context_size_error|exceeds the available context size|exceeds the context length"
    r"|longer than the context length",
    re.IGNORECASE,
)
_SIZES: Final = re.compile(r"request \((\d+) tokens\) exceeds the available context size \((\d+) tokens\)")
_MODELS_DOING: Final = re.compile(
    r"token repeat limit reached|error parsing tool call|invalid tool call arguments|XML syntax error"
    r"|output that does not match the expected",
    re.IGNORECASE,
)
_QUEUE_FULL: Final = re.compile(r"maximum pending requests|server busy", re.IGNORECASE)


@dataclass(frozen=True)
class _Mend:
    said: re.Pattern[str]
    advice: str


_MENDS: Final = (
    _Mend(
        re.compile(
            r"requires more (?:\w+ )?memory|out[ -]of[ -]memory|(?:unable|failed) to allocate"
            r"|(?:insufficient|enough|enough available) memory|ErrorOutOfDeviceMemory",
            re.IGNORECASE,
        ),
        "Out of memory. Take less: a smaller context (-M num_ctx=), fewer layers on the GPU (-M num_gpu=), "
        "a smaller model or quantisation; or free some: `ollama ps`, `ollama stop NAME`",
    ),
    _Mend(
        re.compile(r"timed out waiting for (?:llama|server)", re.IGNORECASE),
        "Give it longer to load: `OLLAMA_LOAD_TIMEOUT=30m ollama serve`",
    ),
    _Mend(re.compile(r"does not support"), "What it can do: `ollama show {model}`"),
    _Mend(re.compile(r"model .* not found"), "Get it: `ollama pull {model}`"),
)


class OllamaError(Exception):
    """A call that failed, with what mends it.

    Args:
        message: What, where, and what mends it.
        retry: Whether the same call may succeed when it is made again.
    """

    def __init__(self, message: str, *, retry: RetryDecision | None = None) -> None:
        super().__init__(message)
        self.retry = retry or RetryDecision.no()


class ContextOverflowError(OllamaError):
    """A prompt that does not fit into the context; nothing of it was cut, and no answer was made.

    Args:
        message: With both sizes, and what mends it.
        prompt_tokens: Size of the prompt, where the server said it.
        context_size: Tokens that the context holds, where that is known.
    """

    def __init__(self, message: str, *, prompt_tokens: int | None, context_size: int | None) -> None:
        super().__init__(message)
        self.prompt_tokens = prompt_tokens
        self.context_size = context_size


class ModelOutputError(Exception):
    """The server could not go on with what the model had written: the model's doing, not the server's."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The call that failed."""

    model: str
    """Name asked for."""
    server: str
    """Base URL."""
    timeout: float
    """Most seconds of silence."""
    context_size: int | None = None
    """Tokens of context that the model was loaded with."""
    trained_context: int | None = None
    """Tokens of context that it was trained for."""
    prompt_characters: int = 0
    """Length of all the messages, tools left out."""


def call_failure(error: Exception, asked: Asked) -> Exception:
    """What a failed call is to be reported as.

    Args:
        error: What the client raised.
        asked: The call.

    Returns:
        An `OllamaError`, or a `ModelOutputError` for what the model brought about.
    """
    if isinstance(error, ServerAnswerError):
        return _refused(str(error), error.status, asked)
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
        return OllamaError(server_down(error, asked.server))
    if isinstance(error, httpx.TimeoutException):
        return OllamaError(
            f"The Ollama server at {asked.server} said nothing for {asked.timeout:g} s. If it is only slow "
            f"(a long prompt), wait longer: -M timeout={asked.timeout * 4:g}; if calls wait in its queue, "
            "send fewer at a time: --max-connections"
        )
    return OllamaError(
        f"The connection to the Ollama server at {asked.server} was lost: {error or type(error).__name__}",
        retry=RetryDecision.transient(),
    )


def server_down(error: Exception, server: str) -> str:
    """The message for a server that does not answer at all."""
    why = (
        f"no connection within {CONNECT_SECONDS:g} s"
        if isinstance(error, httpx.TimeoutException)
        else str(error)
    )
    start = "`ollama serve`" if is_this_machine(server) else "`OLLAMA_HOST=0.0.0.0 ollama serve` there"
    return (
        f"No Ollama server answers at {server} ({why}). Start it: {start}; or name another one: "
        "export OLLAMA_HOST=host:port, or --model-base-url http://host:port"
    )


def unknown_model(name: str, *, server: str, installed: Iterable[str]) -> PrerequisiteError:
    """The error for a model that is not installed: names the nearest one that is, and how to get it."""
    names = sorted(installed)
    by_text = {text: full for full in names for text in (full, full.removesuffix(":latest"))}
    nearest = difflib.get_close_matches(name, by_text, n=1, cutoff=0.5)
    hint = f" Did you mean ollama-native/{by_text[nearest[0]]}?" if nearest else ""
    there = ", ".join(names[:20]) + (", ..." if len(names) > 20 else "") if names else "none"
    return PrerequisiteError(
        f"The Ollama server at {server} has no model {name!r}.{hint} Get it: `ollama pull {name}`. "
        f"Installed: {there}"
    )


def overflow(prompt_tokens: int | None, asked: Asked) -> ContextOverflowError:
    """The error for a prompt that does not fit."""
    if prompt_tokens is None:
        prompt = f"more, in {asked.prompt_characters} characters (the server gives no number)"
    else:
        prompt = f"{prompt_tokens} tokens"
    held = "an unknown number of" if asked.context_size is None else asked.context_size
    trained = asked.trained_context
    if prompt_tokens is not None and trained is not None and prompt_tokens > trained:
        mend = f"The model was trained for {trained}: take another model, or shorten the prompt"
    else:
        wanted = (prompt_tokens or 2 * (asked.context_size or 4096)) + 1024
        mend = f"Ask for more, prompt and answer together: -M num_ctx={-(-wanted // 1024) * 1024}"
    return ContextOverflowError(
        f"The context of {asked.model} holds {held} tokens; the prompt has {prompt}. It was not cut. {mend}",
        prompt_tokens=prompt_tokens,
        context_size=asked.context_size,
    )


def _refused(said: str, status: int | None, asked: Asked) -> Exception:
    if _OVERFLOW.search(said):
        return _overflow_told(said, asked)
    plain = _plain(said)
    if _MODELS_DOING.search(said):
        return ModelOutputError(plain)
    told = f"The Ollama server at {asked.server} refused {asked.model}: {plain}"
    for mend in _MENDS:
        if mend.said.search(said):
            return OllamaError(f"{told}\n{mend.advice.format(model=asked.model)}")
    if status == 429 or _QUEUE_FULL.search(said):
        return OllamaError(told, retry=RetryDecision.rate_limit())
    if status in {408, 502, 503, 504}:
        return OllamaError(told, retry=RetryDecision.transient())
    return OllamaError(told)


def _overflow_told(said: str, asked: Asked) -> ContextOverflowError:
    sizes = _SIZES.search(said)
    if sizes is None:
        return overflow(None, asked)
    return overflow(int(sizes[1]), replace(asked, context_size=int(sizes[2])))


def _plain(said: str) -> str:
    """The innermost message: newer servers pass on their runner's whole JSON as text."""
    try:
        return _RunnersError.model_validate_json(said).error.message[:2000]
    except ValidationError:
        return said[:2000]


class _RunnersMessage(BaseModel):
    message: str


class _RunnersError(BaseModel):
    error: _RunnersMessage
