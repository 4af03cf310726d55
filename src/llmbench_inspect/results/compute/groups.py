"""Attempts by a field of their samples' metadata."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any, Final

import polars as pl

_MOST_GROUPS: Final = 12
_SAMPLE: Final = ["log", "sample_id", "epoch"]


def with_metadata(attempts: pl.DataFrame, samples: pl.LazyFrame) -> pl.DataFrame:
    """Add the `metadata` of their samples, as JSON, to attempts.

    Args:
        attempts: As `attempts` gives them.
        samples: The table of samples.
    """
    logs = attempts["log"].unique()
    told = samples.filter(pl.col("log").is_in(logs.implode())).select(*_SAMPLE, "metadata").collect()
    return attempts.join(told, on=_SAMPLE, how="left", maintain_order="left")


def field_values(attempts: pl.DataFrame, field: str) -> list[Any]:
    """What the metadata say of each attempt's sample.

    Args:
        attempts: As `with_metadata` gives them.
        field: Name in the metadata.

    Returns:
        A value for each attempt, `None` where its metadata have none.
    """
    return [json.loads(text).get(field) if text else None for text in attempts["metadata"]]


def by_field(attempts: pl.DataFrame, field: str) -> dict[str, pl.DataFrame]:
    """Part attempts by a field of the metadata.

    Args:
        attempts: As `with_metadata` gives them.
        field: Name in the metadata; attempts whose value is no text, number, or flag are left out.

    Returns:
        The parts by value, sorted.
    """
    places: defaultdict[str, list[int]] = defaultdict(list)
    for place, value in enumerate(field_values(attempts, field)):
        if isinstance(value, str | int | float):
            places[value if isinstance(value, str) else json.dumps(value)].append(place)
    return {value: attempts[places[value]] for value in sorted(places)}


def grouping_fields(attempts: pl.DataFrame) -> tuple[str, ...]:
    """Fields of the metadata that are texts and part the problems into 2 to 12 groups of at least two.

    Args:
        attempts: As `with_metadata` gives them.

    Returns:
        Their names, sorted.
    """
    groups: defaultdict[str, defaultdict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for text, problem in attempts.select("metadata", "sample_id").unique(maintain_order=True).iter_rows():
        for field, value in json.loads(text or "{}").items():
            if isinstance(value, str):
                groups[field][value].add(problem)
    return tuple(
        sorted(
            field
            for field, parts in groups.items()
            if 2 <= len(parts) <= _MOST_GROUPS and min(map(len, parts.values())) >= 2
        )
    )
