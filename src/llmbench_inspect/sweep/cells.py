"""Cells: each model of a plan with each suite of it, and the folder where the cell's logs go."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from typing import Any, Final

from pydantic import BaseModel, ConfigDict

from .plan import Limits, Plan, PlanError, Prices

# Options of generation that change no answer: a cell is the same with others.
_TRANSPORT: Final = frozenset(
    {
        "adaptive_connections",
        "attempt_timeout",
        "batch",
        "cache",
        "cache_prompt",
        "max_connections",
        "max_retries",
        "stream_idle_timeout",
        "timeout",
    }
)


class Shard(BaseModel):
    """A part of a cell: every so-manieth sample of it, with all their epochs."""

    model_config = ConfigDict(frozen=True)

    index: int
    """From 0 on."""
    of: int
    """Shards of the cell."""


class Cell(BaseModel):
    """One model that does one suite, or a shard of that: one eval."""

    model_config = ConfigDict(frozen=True)

    task: str
    task_args: dict[str, Any]
    model: str
    model_args: dict[str, Any]
    base_urls: tuple[str, ...]
    generate_config: dict[str, Any]
    prices: Prices | None
    cpus: float | None
    """Processors to keep for it on a cluster."""
    gpus: float | None
    """GPUs to keep for it on a cluster."""
    epochs: int | None
    limits: Limits
    tags: tuple[str, ...]
    log_dir: str
    """Of the whole sweep."""
    alike: frozenset[str] = frozenset()
    """Names of the options that all cells of the sweep have alike."""
    shard: Shard | None = None
    """`None` where the cell is one eval."""

    @property
    def name(self) -> str:
        """The name of the cell's folder; its shards have the same.

        Its digest covers what makes answers others: task, model, their arguments, options of generation,
        limits within a sample. It leaves out how many samples and epochs, where the model is served, on
        which machines, prices and tags: a cell goes on where these have changed.
        """
        identity = [
            self.task,
            self.task_args,
            self.model,
            self.model_args,
            {key: value for key, value in self.generate_config.items() if key not in _TRANSPORT},
            self.limits.model_dump(exclude={"limit"}, exclude_none=True),
        ]
        digest = hashlib.sha256(json.dumps(identity, sort_keys=True, default=str).encode()).hexdigest()[:8]
        plain = re.sub(r"[^\w.]+", "-", f"{self.task.rpartition('/')[2]}-{self.model}")
        return f"{plain}-{digest}"

    @property
    def folder(self) -> str:
        """Where the logs go; of a shard, as Inspect's convention for shards has it."""
        whole = f"{self.log_dir.rstrip('/')}/{self.name}"
        return f"{whole}-in-{self.shard.of}.shards/{self.shard.index}" if self.shard else whole

    @property
    def options(self) -> dict[str, Any]:
        """Arguments of the task and of the provider, and options of generation."""
        return {**self.task_args, **self.model_args, **self.generate_config}

    @property
    def label(self) -> str:
        """What people read: the task, the model, and what is not in all cells alike."""
        return " ".join(
            [
                self.task.rpartition("/")[2],
                self.model,
                *(f"{key}={value}" for key, value in self.options.items() if key not in self.alike),
                *([f"shard {self.shard.index + 1} of {self.shard.of}"] if self.shard else []),
            ]
        )


def expand(plan: Plan, *, log_dir: str, most_samples: int | None = None) -> list[Cell]:
    """The cells of a plan: suite by suite in its order, every model in each.

    Args:
        plan: The plan.
        log_dir: Where logs go.
        most_samples: Samples a cell, in the place of larger limits.

    Raises:
        PlanError: Two cells are the same.
    """
    cells = [
        Cell(
            task=task,
            task_args=suite.args,
            model=model,
            model_args=models.args,
            base_urls=models.base_urls,
            generate_config=models.generate_config,
            prices=models.prices,
            cpus=models.cpus,
            gpus=models.gpus,
            epochs=suite.epochs or plan.epochs,
            limits=_at_most(suite.limits.over(plan.limits), most_samples),
            tags=plan.tags,
            log_dir=log_dir,
        )
        for suite in plan.suites
        for task in suite.names
        for models in plan.models
        for model in models.names
    ]
    times = Counter(cell.name for cell in cells)
    if twice := next((cell for cell in cells if times[cell.name] > 1), None):
        raise PlanError(
            f"the plan has twice: {twice.label}. Take one out, or say both servers in one entry's base_urls"
        )
    first, *others = cells
    alike = {
        key
        for key, value in first.options.items()
        if all(key in other.options and other.options[key] == value for other in others)
    }
    return [cell.model_copy(update={"alike": frozenset(alike)}) for cell in cells]


def _at_most(limits: Limits, samples: int | None) -> Limits:
    if samples is None:
        return limits
    return Limits(limit=min(samples, limits.limit or samples)).over(limits)
