"""Cells in shards: which samples a shard has, and in how many shards a cell is that has been begun."""

from __future__ import annotations

import re
from collections.abc import Sequence

from inspect_ai import Task
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


def shard_of(cell: Cell) -> Task | None:
    """The task of a shard with the shard's samples alone; `None` for a whole cell.

    Which samples these are hangs on their places in the dataset alone: one to each shard in turn. A smaller
    limit leaves samples out and moves none to another shard.

    Args:
        cell: The cell or shard.
    """
    if cell.shard is None:
        return None
    task: Task = registry_create("task", cell.task, **cell.task_args)
    # As Inspect would number them in the whole dataset. Its option `sample_id` takes patterns: ids with
    # brackets would match nothing, and thousands of ids take hours.
    for number, sample in enumerate(task.dataset, start=1):
        if sample.id is None:
            sample.id = number
    task.dataset = task.dataset[: cell.limits.limit][cell.shard.index :: cell.shard.of]
    return task


def _names(log_dir: str) -> list[str]:
    try:
        return [entry.name for entry in UPath(log_dir).iterdir()]
    except FileNotFoundError:
        return []


def _begun(cell: Cell, names: Sequence[str]) -> set[int]:
    """The numbers of shards in which a cell has logs; 1 for logs of the whole."""
    name = re.compile(rf"{re.escape(cell.name)}-in-(\d+)\.shards/?")
    found = {int(match[1]) for each in names if (match := name.fullmatch(each))}
    if cell.name in names and any(not log.name.endswith(f"/{FILE}") for log in list_eval_logs(cell.folder)):
        found.add(1)
    return found
