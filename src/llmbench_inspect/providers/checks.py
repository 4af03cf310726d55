"""Checks of the model that is to be asked, and of the server that has it."""

from __future__ import annotations

import os
from typing import Final

import anyio
from inspect_ai.model import Model, get_model, get_model_info

from llmbench_inspect.cache import cache_dir
from llmbench_inspect.doctor import Asked, DoubtError, check
from llmbench_inspect.fetch_errors import need_room, storing
from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.providers.catalogue import DEFAULT_CONTEXT, find_model
from llmbench_inspect.providers.listed_models import ListedModels, listed_models
from llmbench_inspect.providers.ollama.arguments import read_arguments
from llmbench_inspect.providers.ollama.client import server_url
from llmbench_inspect.providers.ollama.facts import ModelFacts
from llmbench_inspect.providers.ollama.preflight import server_version
from llmbench_inspect.providers.ollama.where import NATIVE, OllamaModel, ollama_model

_KEYS: Final = ("ANTHROPIC_API_KEY", "GOOGLE_API_KEY", "HF_TOKEN", "MISTRAL_API_KEY", "OPENAI_API_KEY")
_LOADS: Final = {"embedded", "hf", "nnterp", "sglang", "transformer_lens", "vllm", "vllm-completions"}
"""Providers that load weights or start a server when a model is made."""
_COMPATIBLE: Final = {"llama-cpp-python", "openai", "openai-api", "sglang", "vllm", "vllm-completions"}
"""Providers whose servers list their models at `/models`."""


@check(
    code="api_key",
    name="API key and client",
    area="The model",
    looks_at="Whether Inspect can make the model: its provider is known, its package installed, its key set.",
    mends={
        "no key": "export OPENAI_API_KEY=...",
        "no package": "pip install openai",
    },
    concerns="models",
)
def _api_key(asked: Asked) -> str | None:
    """Without a key every call is refused.

    That a key is there is told, never the key. Whether the provider takes it and how much it may spend,
    only a call can tell.
    """
    if asked.model is None:
        there = [name for name in _KEYS if os.environ.get(name)]
        return f"{', '.join(there) or 'none'} of {', '.join(_KEYS)}"
    if _ollama(asked) or not _only_a_client(asked):
        return None
    try:
        address = anyio.run(_address, asked)
    except (ImportError, ValueError) as error:
        raise PrerequisiteError(
            f"{asked.model} cannot be made: {error}. Name one with: --model PROVIDER/NAME"
        ) from error
    return "the client can be made" + (f", for {address}" if address else "")


@check(
    code="server",
    name="The model's server",
    area="The model",
    looks_at="Whether the server answers that serves the model, and is new enough.",
    mends={
        "no Ollama server": "ollama serve",
        "a server elsewhere": "export OLLAMA_HOST=host:port OLLAMA_BASE_URL=http://host:port/v1",
        "an Ollama that is too old": "https://ollama.com/download",
    },
    concerns="models",
    after=("api_key",),
)
def _server(asked: Asked) -> str | None:
    """A server that is not there ends a run at its first call.

    An Ollama server that is too old cuts long prompts without a word, so that the model answers questions
    that it has not read.
    """
    if asked.model is None:
        server = server_url(None)
        return f"Ollama {server_version(server, api_key=os.environ.get('OLLAMA_API_KEY'))} at {server}"
    if ollama := _ollama(asked):
        version = server_version(ollama.server, api_key=os.environ.get("OLLAMA_API_KEY"))
        return f"Ollama {version} at {ollama.server}"
    listed = _listed(asked)
    return None if listed is None else f"{listed.server} answers"


@check(
    code="model",
    name="The model on its server",
    area="The model",
    looks_at="Whether the server has the model, or its weights can be fetched.",
    mends={"an Ollama server without it": "ollama pull NAME", "a wrong name": "ollama list"},
    concerns="models",
    after=("server",),
)
def _model(asked: Asked) -> str | None:
    """A name that the server does not know ends a run at its first call.

    The same name can mean another model after a pull: the digest, which the log holds too, tells.
    """
    if asked.model is None:
        return None
    if _provider(asked.model) == "embedded":
        return _embedded(asked.model.partition("/")[2])
    if ollama := _ollama(asked):
        facts = ollama.facts()
        parts = (facts.parameter_size, facts.quantization, facts.digest and f"digest {facts.digest[:12]}")
        return f"{ollama.name}: {', '.join(part for part in parts if part)}"
    if (listed := _listed(asked)) is None:
        return None
    listed.check()
    return f"{listed.asked} is served"


@check(
    code="idle",
    name="An idle server",
    area="The model",
    looks_at="Whether the Ollama server holds other models in memory (`ollama ps`).",
    mends={"another model is loaded": "ollama stop NAME"},
    concerns="models",
    after=("model",),
)
def _idle(asked: Asked) -> str | None:
    """A model that is loaded was asked a short while ago, and may be asked again.

    Two models share the memory and the processors: the second is slower, or spills to the processor. That
    nobody else asks the same model, no server tells.
    """
    ollama = _ollama(asked)
    if ollama is None:
        return None
    if others := ollama.others():
        names = ", ".join(others)
        raise PrerequisiteError(
            f"The Ollama server at {ollama.server} is not idle: it holds {names}. Wait until whoever uses it "
            f"is done, or: {'; '.join(f'ollama stop {name}' for name in others)}"
        )
    return "no other model is loaded"


@check(
    code="context",
    name="Context",
    area="The model",
    looks_at="Whether the model takes the suite's longest sample, prompt and answer together.",
    mends={
        "too small a one, with ollama-native/": "-M num_ctx=TOKENS",
        "too small a one, with ollama/": "OLLAMA_CONTEXT_LENGTH=TOKENS ollama serve",
        "too small a one, with embedded/": "-M context_size=TOKENS",
    },
    concerns="models",
    after=("model",),
)
def _context(asked: Asked) -> str | None:
    """A prompt that does not fit is cut or refused, and the model fails at a question it has not seen.

    Ollama loads a model with a context of its own choice, often 4096 tokens, and through `/v1` cuts off
    the beginning of a longer prompt without a word. Through `ollama-native/` such a sample is an error.
    What a suite takes is its longest first prompt and one answer: conversations with tools take more.
    """
    if asked.model is None or asked.suite is None or (needed := asked.suite.context) is None:
        return None
    wanted = f"{asked.suite.name} takes up to {needed} tokens, prompt and answer together"
    if ollama := _ollama(asked):
        num_ctx = read_arguments(dict(asked.model_args)).num_ctx if ollama.provider == NATIVE else None
        return _ollama_context(ollama, ollama.facts(), num_ctx=num_ctx, needed=needed, wanted=wanted)
    if _provider(asked.model) == "embedded":
        most = find_model(asked.model.partition("/")[2]).context_limit
        given, source = asked.model_args.get("context_size", min(DEFAULT_CONTEXT, most)), "as it is started"
    else:
        info = get_model_info(asked.model)
        if info is None or info.context_length is None:
            return f"{wanted}; nobody says how many {asked.model} takes"
        given, source = info.context_length, "by Inspect's list of models"
    if given < needed:
        raise PrerequisiteError(
            f"{wanted}, and {asked.model} holds {given} {source}. Take a model that holds more, or other "
            "samples: --sample-id"
        )
    return f"{given} tokens {source}; {wanted}"


@check(
    code="spill",
    name="CPU spill",
    area="The model",
    looks_at="Whether a part of the loaded model lies in the machine's memory and not on the GPU.",
    mends={
        "a context that is larger than it need be": "-M num_ctx=TOKENS",
        "other models on the GPU": "ollama stop NAME",
        "a model that is too large": "ollama pull NAME",
    },
    concerns="models",
    after=("model",),
)
def _spill(asked: Asked) -> str | None:
    """Layers that do not fit on the GPU run on the processor, and every token waits for them.

    Rates fall to a fraction, and say more about the fit than about the model. Known as soon as the model
    is loaded.
    """
    ollama = _ollama(asked)
    if ollama is None:
        return None
    facts = ollama.facts()
    if facts.gpu_share is None:
        return f"not loaded yet; it is known after: ollama run {ollama.name} ''"
    if 0 < facts.gpu_share < 1:
        size = f" of {facts.memory_bytes / 1e9:.1f} GB" if facts.memory_bytes else ""
        raise DoubtError(
            f"{1 - facts.gpu_share:.0%}{size} of {ollama.name} lies on the processor's side. Take a smaller "
            "context (-M num_ctx=), a smaller quantisation, or free the GPU: ollama stop NAME"
        )
    return "all of it is on the GPU" if facts.gpu_share else "it runs on the processor alone"


def _provider(model: str) -> str:
    return model.partition("/")[0]


def _ollama(asked: Asked) -> OllamaModel | None:
    return ollama_model(asked.model, asked.base_url) if asked.model else None


def _embedded(name: str) -> str:
    model = find_model(name)
    folder = cache_dir("models")
    path = folder / model.hub_file
    if path.exists() and path.stat().st_size == model.size:
        return f"its weights are in {path}"
    what = f"embedded/{model.name} ({model.size / 1e6:.0f} MB)"
    with storing(what, folder):
        need_room(folder, 2 * model.size)
    return f"{what} is fetched by the first run"


def _ollama_context(
    ollama: OllamaModel, facts: ModelFacts, *, num_ctx: int | None, needed: int, wanted: str
) -> str:
    rounded = -(-needed // 1024) * 1024
    mend = (
        f"Ask for it: -M num_ctx={rounded}"
        if ollama.provider == NATIVE
        else f"Give it: OLLAMA_CONTEXT_LENGTH={rounded} ollama serve; or ask for it: "
        f"--model {NATIVE}/{ollama.name} -M num_ctx={rounded}"
    )
    trained = facts.trained_context
    if trained is not None and trained < needed:
        raise PrerequisiteError(f"{wanted}, and {ollama.name} was trained for {trained}. Take another model")
    if num_ctx is not None:
        if num_ctx < needed:
            raise PrerequisiteError(f"{wanted}, and -M num_ctx={num_ctx} asks for less. {mend}")
        return f"{num_ctx} tokens are asked for; {wanted}"
    if facts.context_size is None:
        raise DoubtError(
            f"{wanted}; {ollama.name} is not loaded, and the server's own choice may be less. {mend}"
        )
    if facts.context_size < needed:
        raise PrerequisiteError(f"{wanted}, and {ollama.name} is loaded with {facts.context_size}. {mend}")
    return f"loaded with {facts.context_size}; {wanted}"


def _only_a_client(asked: Asked) -> bool:
    """Whether to make the model is to make a client of it, and loads or starts nothing."""
    provider = _provider(asked.model or "")
    service = provider.removesuffix("-completions").replace("-", "_").upper()
    return provider not in _LOADS or bool(
        provider != "embedded" and (asked.base_url or os.environ.get(f"{service}_BASE_URL"))
    )


def _listed(asked: Asked) -> ListedModels | None:
    if _provider(asked.model or "") not in _COMPATIBLE or not _only_a_client(asked):
        return None
    return anyio.run(_ask_for_list, asked)


async def _ask_for_list(asked: Asked) -> ListedModels | None:
    async with _made(asked) as made:
        return await listed_models(made)


async def _address(asked: Asked) -> str | None:
    async with _made(asked) as made:
        return made.api.base_url


def _made(asked: Asked) -> Model:
    return get_model(asked.model, base_url=asked.base_url, memoize=False, **asked.model_args)
