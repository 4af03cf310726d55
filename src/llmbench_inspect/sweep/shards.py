"""Cells in shards: which samples a shard has, and in how many shards a cell is that has been begun."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from inspect_ai import Task
from inspect_ai.dataset import MemoryDataset
from inspect_ai.log import list_eval_logs
from inspect_ai.util import registry_create
from upath import UPath

from .cells import Cell, Shard
from .plan import PlanError
from .skipped import FILE


def in_shards(cells: Sequence[Cell], shards: int) -> list[Cell]:
    """The shards of cells; a cell whose logs are there goes on in as many as these are.

    Args:
        cells: Whole cells of one sweep.
        shards: Of a cell without logs; 1 leaves it whole.

    Raises:
        PlanError: The logs of a cell are there in two numbers of shards.
    """
    names = _names(cells[0].log_dir)
    parts: list[Cell] = []
    for cell in cells:
        begun = _begun(cell, names)
        if len(begun) > 1:
            numbers = " and ".join(map(str, sorted(begun)))
            raise PlanError(
                f"{cell.folder} has logs in {numbers} shards (1: no shards). Take those of one number away"
            )
        number = next(iter(begun), shards)
        parts += (
            [cell]
            if number == 1
            else [cell.model_copy(update={"shard": Shard(index=index, of=number)}) for index in range(number)]
        )
    return parts


class Part(NamedTuple):
    """What a shard does."""

    task: Task
    limit: tuple[int, int]
    """Places in the task's dataset, the second no longer among them."""


def part_of(cell: Cell) -> Part | None:
    """The samples of a shard; `None` for a whole cell.

    They hang on their places in the dataset alone: one to each shard in turn. A smaller limit leaves samples
    out and moves none to another shard. Inspect takes a range of places; its `sample_id` takes patterns,
    where ids with brackets would match nothing and thousands of ids would take hours.

    Args:
        cell: The cell or shard.
    """
    if cell.shard is None:
        return None
    task: Task = registry_create("task", cell.task, **cell.task_args)
    samples = list(task.dataset)
    # As Inspect would number them.
    for number, sample in enumerate(samples, start=1):
        if sample.id is None:
            sample.id = number
    index, of = cell.shard.index, cell.shard.of
    sorted_by_shard = [sample for shard in range(of) for sample in samples[shard::of]]
    begin = sum(len(samples[shard::of]) for shard in range(index))
    length = len(samples[: cell.limits.limit][index::of])
    whole = task.dataset
    task.dataset = MemoryDataset(
        sorted_by_shard, name=whole.name, location=whole.location, shuffled=whole.shuffled
    )
    return Part(task, (begin, begin + length))


def _names(log_dir: str) -> list[str]:
    try:
        return [entry.name for entry in UPath(log_dir).iterdir()]
    # Of a URL `file:` that is not there, the second is said.
    except (FileNotFoundError, NotADirectoryError):
        return []


def _begun(cell: Cell, names: Sequence[str]) -> set[int]:
    """The numbers of shards in which a cell has logs; 1 for logs of the whole."""
    name = re.compile(rf"{re.escape(cell.name)}-in-(\d+)\.shards/?")
    found = {int(match[1]) for each in names if (match := name.fullmatch(each))}
    if cell.name in names and any(not log.name.endswith(f"/{FILE}") for log in list_eval_logs(cell.folder)):
        found.add(1)
    return found
