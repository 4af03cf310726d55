"""A plan of models and suites, read from a TOML file; what is wrong in it is named by file and key."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any, Final

from inspect_ai.model import GenerateConfig, ModelCost
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from llmbench_inspect.named_choice import did_you_mean

from .known import fault_of_model, fault_of_task, parameters_of

Names = Annotated[tuple[str, ...], Field(min_length=1)]
Positive = Annotated[int, Field(gt=0)]
PositiveNumber = Annotated[float, Field(gt=0)]
NotNegative = Annotated[float, Field(ge=0)]


class PlanError(Exception):
    """A plan that cannot be carried out; the message names the file, the key and what is known there."""


class Limits(BaseModel):
    """Limits of a cell, named as the options of `inspect eval`; what is not given is the task's own."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: Positive | None = None
    """Samples, from the first on."""
    message_limit: Positive | None = None
    """Messages in a sample's conversation."""
    token_limit: Positive | None = None
    """Tokens of a sample."""
    turn_limit: Positive | None = None
    """Answers of the model in a sample."""
    time_limit: Positive | None = None
    """Seconds of a sample."""
    working_limit: Positive | None = None
    """Seconds of a sample without waits."""
    cost_limit: PositiveNumber | None = None
    """US $ of a sample."""

    def over(self, others: Limits) -> Limits:
        """These limits, and the others where these say nothing."""
        return Limits.model_validate(others.model_dump() | self.model_dump(exclude_none=True))


class Prices(BaseModel):
    """US $ for a million tokens."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    input: NotNegative
    output: NotNegative
    input_cache_read: NotNegative | None = None
    """As `input` where it is not given."""
    input_cache_write: NotNegative | None = None
    """As `input` where it is not given."""

    def cost(self) -> ModelCost:
        """The same as Inspect has it."""
        read = self.input if self.input_cache_read is None else self.input_cache_read
        write = self.input if self.input_cache_write is None else self.input_cache_write
        return ModelCost(input=self.input, output=self.output, input_cache_read=read, input_cache_write=write)


class Models(BaseModel):
    """Models that are called in the same way."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    names: Names
    """With their provider, as for `inspect eval --model`."""
    args: dict[str, Any] = {}
    """Arguments of the provider, as for `-M`."""
    base_urls: tuple[str, ...] = ()
    """Servers that have the models, each as for `--model-base-url`; a cell takes the first free one."""
    generate_config: dict[str, Any] = {}
    """Options of generation, such as `reasoning_effort`."""
    prices: Prices | None = None
    """For the costs in the logs and for `cost_limit`."""
    cpus: PositiveNumber | None = None
    """Processors that Ray keeps for a cell, or for a shard of one; 1 where it is not given."""
    gpus: NotNegative | None = None
    """GPUs that Ray keeps for a cell, or for a shard of one; none where it is not given."""


class Suites(BaseModel):
    """Tasks that are run in the same way."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    names: Names
    """With their package, such as `llmbench_inspect/prompts`."""
    args: dict[str, Any] = {}
    """Arguments of the task, as for `-T`."""
    epochs: Positive | None = None
    """In the place of the plan's."""
    limits: Limits = Limits()
    """Over the plan's."""


class Plan(BaseModel):
    """Every model of it is to do every suite of it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    models: Annotated[tuple[Models, ...], Field(min_length=1)]
    suites: Annotated[tuple[Suites, ...], Field(min_length=1)]
    epochs: Positive | None = None
    """Times that each sample is done; the tasks' own where it is not given."""
    limits: Limits = Limits()
    tags: tuple[str, ...] = ()
    """Of every log."""
    log_dir: str | None = None
    """Folder or fsspec URL."""


_TABLES: Final[dict[str, type[BaseModel]]] = {
    "models": Models,
    "suites": Suites,
    "limits": Limits,
    "prices": Prices,
}


def read_plan(file: Path) -> Plan:
    """Read a plan and check every name in it.

    Args:
        file: The TOML file.

    Raises:
        PlanError: It cannot be read, or a key, model, task, argument or option in it is not known.
    """
    try:
        told = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise PlanError(
            f"{file}: {error.strerror}. Name a plan, such as sweeps/local-baseline.toml"
        ) from error
    except ValueError as error:
        raise PlanError(f"{file}: no TOML: {error}") from error
    try:
        plan = Plan.model_validate(told)
    except ValidationError as error:
        faults = [_fault(detail) for detail in error.errors()]
    else:
        faults = [*_unknown_models(plan.models), *_unknown_suites(plan.suites)]
        if not faults:
            return plan
    raise PlanError("\n".join(f"{file}: {fault}" for fault in faults))


def _fault(detail: ErrorDetails) -> str:
    path = detail["loc"]
    message = detail["msg"]
    if detail["type"] == "extra_forbidden":
        known = list(_model_at(path[:-1]).model_fields)
        message = f"no such key.{did_you_mean(str(path[-1]), known)} Known: {', '.join(known)}"
    return f"{_key(path)}: {message[0].lower()}{message[1:]}"


def _model_at(path: Sequence[int | str]) -> type[BaseModel]:
    tables = [part for part in path if isinstance(part, str)]
    return _TABLES[tables[-1]] if tables else Plan


def _key(path: Sequence[int | str]) -> str:
    """The path of a value as it would be looked up: `models[0].args`."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")


def _unknown_models(models: Sequence[Models]) -> Iterable[str]:
    options = list(GenerateConfig.model_fields)
    for index, entry in enumerate(models):
        for place, name in enumerate(entry.names):
            if fault := fault_of_model(name):
                yield f"models[{index}].names[{place}]: {fault}"
        for option in entry.generate_config:
            if option not in options:
                yield (
                    f"models[{index}].generate_config.{option}: no option of Inspect's GenerateConfig."
                    f"{did_you_mean(option, options)}"
                )
        try:
            GenerateConfig.model_validate(entry.generate_config)
        except ValidationError as error:
            detail = error.errors()[0]
            yield f"models[{index}].generate_config.{_key(detail['loc'])}: {detail['msg']}"


def _unknown_suites(suites: Sequence[Suites]) -> Iterable[str]:
    for index, entry in enumerate(suites):
        for place, name in enumerate(entry.names):
            if fault := fault_of_task(name):
                yield f"suites[{index}].names[{place}]: {fault}"
                continue
            known = parameters_of(name)
            for argument in entry.args:
                if known is not None and argument not in known:
                    yield (
                        f"suites[{index}].args.{argument}: no argument of {name}."
                        f"{did_you_mean(argument, known)} Known: {', '.join(known)}"
                    )
