"""Numbers as the report writes them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from llmbench_inspect.results.untrusted import printable
from llmbench_inspect.statistics import Quantile

from .blocks import NONE, Cell, Table
from .scores import Column, Spread
from .tallies import Count

_Item = TypeVar("_Item")


def score_text(value: float, column: Column) -> str:
    """A value of a score: a percentage where it is a rate, with a decimal from 100 values on."""
    if column.is_rate:
        return f"{value:.{1 if column.values >= 100 else 0}%}"
    decimals = 0 if column.largest >= 1000 else 1 if column.largest > 1 else 2
    return f"{value:z.{decimals}f}"


def score_cell(spread: Spread | None, column: Column, *, counted: int, marked: bool = True) -> Cell:
    """The mean of a score with its interval.

    Args:
        spread: `None` where no sample has a value.
        column: The score.
        counted: Number of epochs of samples that count; another number of values is told.
        marked: Whether an interval over one sample alone is marked.
    """
    if spread is None:
        return Cell(NONE)
    estimate = spread.estimate
    aside = NONE
    if estimate.interval is not None:
        low, high = (score_text(end, column).rstrip("%") for end in estimate.interval)
        aside = f"[{low}, {high}]" + ("†" if spread.one_sample and marked else "")
    if estimate.values != counted:
        aside += f" n={estimate.values}"
    return Cell(score_text(estimate.mean, column), aside, value=estimate.mean)


def number_cell(value: float | None, *, decimals: int = 0, absent: str = NONE) -> Cell:
    """A number; thousands are set apart."""
    return Cell(absent) if value is None else Cell(f"{value:,.{decimals}f}", value=value)


def share_cell(value: float | None) -> Cell:
    """A share as a percentage."""
    return Cell(NONE) if value is None else Cell(f"{value:.0%}", value=value)


def quantile_cell(told: Quantile | None, *, decimals: int = 2) -> Cell:
    """A percentile with its interval."""
    if told is None:
        return Cell(NONE)
    aside = ""
    if told.interval is not None:
        aside = f"[{told.interval.low:,.{decimals}f}, {told.interval.high:,.{decimals}f}]"
    return Cell(f"{told.value:,.{decimals}f}", aside, value=told.value)


def speed_cell(tokens_per_second: float | None) -> Cell:
    """Tokens a second."""
    decimals = 1 if tokens_per_second is not None and tokens_per_second < 1000 else 0
    return number_cell(tokens_per_second, decimals=decimals, absent="unavailable")


def amount(number: int, noun: str) -> str:
    """A number of things."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def told_counts(counts: Sequence[Count]) -> str:
    """Counts with their reasons, the first five by name."""
    rest = sum(count.times for count in counts[5:])
    more = [f"{rest} for other reasons"] if rest else []
    return "; ".join([*(f"{count.times} ({printable(count.name)})" for count in counts[:5]), *more])


def setting_text(name: str, value: str) -> str:
    """A setting of a run, from its JSON."""
    told = json.loads(value)
    return f"{printable(name)}={printable(told if isinstance(told, str) else value)}"


def told_only(table: Table) -> Table:
    """A table without the columns that tell nothing of any line; its last note names them."""
    lines = [line for line in table.lines if line.cells]
    silent = [
        index
        for index in range(len(table.headings))
        if lines and all(line.cells[index].text in {NONE, "unavailable"} for line in lines)
    ]
    if not silent:
        return table
    names = ", ".join(table.headings[index].text for index in silent)

    def kept(items: tuple[_Item, ...]) -> tuple[_Item, ...]:
        return tuple(item for index, item in enumerate(items) if index not in silent)

    return replace(
        table,
        headings=kept(table.headings),
        lines=tuple(replace(line, cells=kept(line.cells)) for line in table.lines),
        notes=(*table.notes, f"No log tells: {names}"),
    )
