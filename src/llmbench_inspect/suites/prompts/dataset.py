"""Prompts as lines of JSON, each with the constraints that its answer must keep, and as samples."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, Literal

from inspect_ai.dataset import MemoryDataset, Sample
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from llmbench_inspect.answers.constraints import Constraint, read_constraints
from llmbench_inspect.named_path import path_from_shell
from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.suites.prompts.schema_mode import schema_of

Suite = Literal["core", "extended"]
SUITES: Final[Mapping[Suite, tuple[str, ...]]] = {
    "core": ("core.jsonl",),
    "extended": ("core.jsonl", "extended.jsonl"),
}
"""The files of each suite."""


class PromptLine(BaseModel):
    """One line of a file of prompts."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    id: str = Field(min_length=1)
    """Name of the sample."""
    form: str = Field(min_length=1)
    """What kind of answer is asked for; results are grouped by it."""
    prompt: str = Field(min_length=1)
    """What the model is told."""
    constraints: list[dict[str, Any]]
    """What its answer must keep, as `read_constraints` reads it."""
    gold: str = ""
    """An answer that keeps all."""
    bad: str = ""
    """An answer that does not, in a way that models have."""


@dataclass(frozen=True)
class Prompt:
    """A prompt, with its constraints read."""

    line: PromptLine
    constraints: tuple[Constraint, ...]


@dataclass(frozen=True)
class PromptSet:
    """All prompts of a run."""

    prompts: tuple[Prompt, ...]
    source: str
    """The files they were read from."""
    digest: str
    """SHA-256 of the files' bytes, one after another."""

    @property
    def codes(self) -> list[str]:
        """Codes of all constraints that any of them names, sorted."""
        return sorted({constraint.code for prompt in self.prompts for constraint in prompt.constraints})

    def provenance(self) -> dict[str, str | int]:
        """Source, digest and number, for the metadata of a task."""
        return {"source": self.source, "digest": self.digest, "prompts": len(self.prompts)}


def load_prompts(suite: Suite, data: str | None = None) -> PromptSet:
    """Read the prompts of a suite, or of a file.

    Args:
        suite: Which of `SUITES`.
        data: Path of a file to read in its place.

    Raises:
        PrerequisiteError: There is no such file, or a line of it is not as it should be; names file and line.
    """
    if data is not None:
        paths = [path_from_shell(data)]
    else:
        folder = Path(str(files("llmbench_inspect"))) / "datasets" / "prompts"
        paths = [folder / name for name in SUITES[suite]]
    digest = hashlib.sha256()
    prompts: dict[str, Prompt] = {}
    for path in paths:
        try:
            content = path.read_bytes()
            lines = content.decode("utf-8").split("\n")
        except (OSError, UnicodeDecodeError) as error:
            raise PrerequisiteError(
                f"{path} cannot be read: {error}. Name a file of prompts with: -T data=PATH"
            ) from None
        digest.update(content)
        for number, text in enumerate(lines, 1):
            if text.strip():
                where = f"{path}, line {number}"
                prompt = _prompt(text, where)
                if prompt.line.id in prompts:
                    raise PrerequisiteError(f"{where}: the id '{prompt.line.id}' stands there a second time")
                prompts[prompt.line.id] = prompt
    if not prompts:
        raise PrerequisiteError(f"{paths[0]} holds no prompt. Name a file of prompts with: -T data=PATH")
    source = data if data is not None else ", ".join(f"datasets/prompts/{path.name}" for path in paths)
    return PromptSet(tuple(prompts.values()), source, digest.hexdigest())


def _prompt(text: str, where: str) -> Prompt:
    try:
        line = PromptLine.model_validate(json.loads(text))
    except json.JSONDecodeError as error:
        raise PrerequisiteError(f"{where}: no JSON: {error.msg} at column {error.colno}") from None
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        known = ", ".join(PromptLine.model_fields)
        raise PrerequisiteError(f"{where}: {place}: {first['msg']}. A line has: {known}") from None
    return Prompt(line, read_constraints(line.constraints, where=where))


def prompt_dataset(prompts: PromptSet, *, constrained: bool) -> MemoryDataset:
    """One sample a prompt, in the order of the files.

    Args:
        prompts: The prompts.
        constrained: Whether samples are asked under a schema too: those that have one then come first, since
            only a run's first calls are logged in full, and these tell whether the schema is sent.
    """
    ordered = sorted(prompts.prompts, key=_without_schema) if constrained else prompts.prompts
    return MemoryDataset([_sample(prompt) for prompt in ordered], name="prompts")


def _without_schema(prompt: Prompt) -> bool:
    return schema_of(prompt.constraints) is None


def _sample(prompt: Prompt) -> Sample:
    line = prompt.line
    return Sample(
        id=line.id,
        input=line.prompt,
        target=line.gold,
        metadata={"form": line.form, "constraints": line.constraints},
    )
