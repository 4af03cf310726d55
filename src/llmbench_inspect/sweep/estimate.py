"""How many samples a cell has, what tokens and money it may take, and where that is known from."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import polars as pl
from inspect_ai import Task
from inspect_ai.model import ModelUsage, compute_model_cost
from inspect_ai.util import registry_create

from llmbench_inspect.results.tables import NoLogsError, Tables, find_logs, read_tables

from .cells import Cell
from .known import parameters_of

GUESSED_INPUT: Final = 1000
GUESSED_OUTPUT: Final = 500
"""Tokens of a sample that no earlier log tells of."""


@dataclass(frozen=True, kw_only=True)
class Size:
    """How much a cell has to do."""

    samples: int | None
    epochs: int
    problem: str | None = None
    """Why its task could not be made here."""


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """What a cell may take."""

    size: Size
    input_tokens: float | None
    """Of all samples; `None` where their number is not known."""
    output_tokens: float | None
    dollars: float | None
    """Of all samples; `None` where no price is known."""
    source: str
    """`this model`, `other models`, `other arguments` (of an earlier log) or `guess`."""


class _Earlier(NamedTuple):
    """What the samples of an earlier log took."""

    task: str
    task_args: Mapping[str, Any]
    model: str
    samples: int
    input: float
    """Tokens in all."""
    output: float
    cost: float | None


def estimates(cells: Sequence[Cell], *, earlier: Sequence[str]) -> list[Estimate]:
    """Estimate cells.

    Args:
        cells: The cells.
        earlier: Logs and folders of logs to estimate from; those that are not there tell nothing.
    """
    logs = _earlier(earlier)
    sizes: dict[str, Size] = {}
    told: list[Estimate] = []
    for cell in cells:
        # Many models do the same task.
        key = json.dumps([cell.task, cell.task_args, cell.epochs, cell.limits.limit], default=str)
        if key not in sizes:
            sizes[key] = _size(cell)
        told.append(_estimate(cell, sizes[key], logs))
    return told


def _size(cell: Cell) -> Size:
    try:
        task: Task = registry_create("task", cell.task, **cell.task_args)
    # A task may ask for data, programs and services: what lacks is told, and perhaps there when it runs.
    except Exception as error:  # noqa: BLE001
        return Size(samples=None, epochs=cell.epochs or 1, problem=" ".join(str(error).split()))
    samples = min(len(task.dataset), cell.limits.limit or len(task.dataset))
    return Size(samples=samples, epochs=cell.epochs or task.epochs or 1)


def _estimate(cell: Cell, size: Size, logs: Sequence[_Earlier]) -> Estimate:
    alike = [log for log in logs if log.task == cell.task]
    same = [log for log in alike if _same_arguments(cell, log.task_args)]
    mine = [log for log in same if log.model == cell.model]
    found, source = next(
        (group, source)
        for group, source in (
            (mine, "this model"),
            (same, "other models"),
            (alike, "other arguments"),
            ([_guess(cell)], "guess"),
        )
        if group
    )
    samples = sum(log.samples for log in found)
    read, written = (sum(log.input for log in found) / samples, sum(log.output for log in found) / samples)
    times = None if size.samples is None else size.samples * size.epochs
    return Estimate(
        size=size,
        input_tokens=None if times is None else read * times,
        output_tokens=None if times is None else written * times,
        dollars=None if times is None else _dollars(cell, mine, read * times, written * times, times),
        source=source,
    )


def _dollars(cell: Cell, mine: Sequence[_Earlier], read: float, written: float, times: int) -> float | None:
    if cell.prices is not None:
        usage = ModelUsage(input_tokens=round(read), output_tokens=round(written))
        return compute_model_cost(cell.prices.cost(), usage)
    paid = [log for log in mine if log.cost is not None]
    if not paid:
        return None
    return sum(log.cost or 0 for log in paid) / sum(log.samples for log in paid) * times


def _guess(cell: Cell) -> _Earlier:
    return _Earlier(cell.task, cell.task_args, cell.model, 1, GUESSED_INPUT, GUESSED_OUTPUT, None)


def _same_arguments(cell: Cell, logged: Mapping[str, Any]) -> bool:
    defaults = parameters_of(cell.task) or {}
    return all(
        _plain(cell.task_args.get(name, defaults.get(name))) == _plain(logged.get(name, defaults.get(name)))
        for name in {*cell.task_args, *logged}
    )


def _plain(value: object) -> object:
    return json.loads(json.dumps(value, default=str))


def _earlier(places: Sequence[str]) -> list[_Earlier]:
    found: list[str] = []
    for place in places:
        try:
            found += find_logs([place])
        except NoLogsError:
            continue
    tables: Tables = read_tables(sorted(set(found)))
    cached = pl.col("input_tokens_cache_read").fill_null(0) + pl.col("input_tokens_cache_write").fill_null(0)
    taken = (
        tables.samples.filter(pl.col("output_tokens").is_not_null())
        .group_by("log")
        .agg(
            samples=pl.len(),
            input=(pl.col("input_tokens").fill_null(0) + cached).sum(),
            output=pl.col("output_tokens").sum(),
            # A sum over nothing known is not known.
            cost=pl.when(pl.col("cost").is_not_null().any()).then(pl.col("cost").sum()),
        )
        .collect()
    )
    runs = tables.runs.select("log", "task", "task_args", "model").join(
        taken, on="log", maintain_order="left"
    )
    return [
        _Earlier(
            row["task"],
            json.loads(row["task_args"] or "{}"),
            row["model"],
            row["samples"],
            row["input"],
            row["output"],
            row["cost"],
        )
        for row in runs.iter_rows(named=True)
    ]
