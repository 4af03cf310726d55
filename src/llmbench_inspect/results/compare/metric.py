"""What can be compared and judged: any number of the tables, by its name."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final, Literal

import polars as pl

from llmbench_inspect.results.tables import COLUMNS, TableName

RATE: Final = "rate"
"""The unit of a share from 0 to 1, which is shown in per cent."""

Better = Literal["higher", "lower"]

_TABLES: Final[tuple[TableName, ...]] = ("samples", "calls", "gpu")
"""Where a column is looked for, the first one first."""

_NO_MEASURE: Final = {"attempt", "call", "epoch", "interval", "started", "working_start"}
_SCORE: Final = re.compile(r"(?:score|pass@(?P<k>[1-9]\d{0,3}))(?::(?P<score>.+))?")
_COLUMN: Final = re.compile(
    r"(?:(?P<table>samples|calls|gpu)\.)?(?P<column>\w+)(?:\.p(?P<percent>[1-9]\d?))?"
)
_LOWER: Final = {"s", "tokens", "US $", "J"}
_HIGHER: Final = {"tokens/s"}
_OF_HARDWARE: Final = {"s", "tokens/s", "cores"}


class UnknownMetricError(Exception):
    """A name that is no metric; the message names the nearest one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One number of a run."""

    name: str
    """As it was written."""

    table: TableName
    column: str
    score: str | None = None
    """Name of the score, with its key as `SCORER/KEY`; `None` for the first one of the task."""

    k: int | None = None
    """For pass@k: attempts of which one has to pass."""

    percent: int | None = None
    """For a percentile: which; `None` for the mean over samples."""

    unit: str = ""
    better: Better | None = None
    """Which direction is the better one; `None` where that is not plain from the unit."""

    @property
    def is_of_hardware(self) -> bool:
        """Whether it is a time, a speed or what a GPU did; of scores the arm tells."""
        return self.table == "gpu" or self.unit in _OF_HARDWARE

    def is_rate(self, *values: Mapping[str, Sequence[float]]) -> bool:
        """Whether it is pass@k, or a score whose values are all 0 or 1."""
        found = [of_sample for by_sample in values for of_sample in by_sample.values()]
        return self.table == "scores" and (
            self.k is not None or (bool(found) and all(set(of_sample) <= {0, 1} for of_sample in found))
        )


def read_metric(name: str) -> Metric:
    """The metric of a name.

    Args:
        name: `score`, `score:SCORER` or `score:SCORER/KEY`; `pass@K` or `pass@K:SCORER`; a column with
            numbers of the tables `samples`, `calls` and `gpu`, as `COLUMN` or `TABLE.COLUMN`, with `.p95`
            or another percentile behind it, else its mean.

    Raises:
        UnknownMetricError: It is none of these.
    """
    if score := _SCORE.fullmatch(name):
        k = score["k"]
        return Metric(
            name=name,
            table="scores",
            column="value",
            score=score["score"],
            k=None if k is None else int(k),
            better="higher",
        )
    told = _COLUMN.fullmatch(name)
    if told is None or (told["column"], told["table"]) not in _columns():
        raise UnknownMetricError(f'"{name}" is no metric; the nearest known is "{_nearest(name)}"')
    table, unit = _columns()[told["column"], told["table"]]
    return Metric(
        name=name,
        table=table,
        column=told["column"],
        percent=None if told["percent"] is None else int(told["percent"]),
        unit=unit,
        better="lower" if unit in _LOWER else "higher" if unit in _HIGHER else None,
    )


def measured_columns(table: TableName) -> list[str]:
    """The columns of a table that are metrics."""
    return [
        column.name
        for column in COLUMNS[table]
        if column.type in (pl.Int64(), pl.Float64()) and column.name not in _NO_MEASURE
    ]


def _columns() -> dict[tuple[str, str | None], tuple[TableName, str]]:
    """By name, and the table that is named with it: the table it is in, and its unit."""
    known: dict[tuple[str, str | None], tuple[TableName, str]] = {}
    for table in _TABLES:
        units = {column.name: column.unit for column in COLUMNS[table]}
        for name in measured_columns(table):
            known[name, table] = (table, units[name])
            known.setdefault((name, None), (table, units[name]))
    return known


def _nearest(name: str) -> str:
    column, dot, percentile = name.rpartition(".p")
    known = ["score", "pass@1", *(name for name, table in _columns() if table is None)]
    if dot and percentile.isdecimal():
        return get_close_matches(column, known, n=1, cutoff=0)[0] + dot + percentile
    return get_close_matches(name, known, n=1, cutoff=0)[0]
