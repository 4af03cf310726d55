"""Each metric of a task by the date of its runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from llmbench_inspect.results.compute import RunPoint
from llmbench_inspect.statistics import Interval, Quantile

from .effects import effects
from .effort import efforts, speeds
from .evidence import Evidence
from .scores import Scores

SPEED: Final = "tokens/s"

History = Mapping[str, Mapping[str, tuple[RunPoint, ...]]]
"""By metric and model's label, oldest run first."""


def run_history(task: Evidence) -> History:
    """What each run of a task says by itself, in the order of its scores.

    Args:
        task: Evidence of one task.
    """
    found: dict[str, dict[str, list[RunPoint]]] = {}
    columns = [column for column in task.once(Scores).columns if column.name.key is None]
    runs = task.runs.group_by("evaluation", "model_label", maintain_order=True).agg(
        pl.col("log"), pl.col("created").min()
    )
    for model, logs, started in runs.select("model_label", "log", "created").iter_rows():
        alone = task.of_logs(logs)

        def note(metric: str, value: float | None, interval: Interval | None = None) -> None:
            if value is not None:
                points = found.setdefault(metric, {}).setdefault(model, [])  # noqa: B023
                points.append(RunPoint(started, value, interval))  # noqa: B023

        spreads = alone.once(Scores).models
        for column in columns:
            spread = spreads.get((model, column.name))
            if spread is not None:
                note(column.name.scorer, spread.estimate.mean, spread.estimate.interval)
        note(SPEED, alone.once(speeds).get(model))
        effort = alone.once(efforts).get(model)
        told: dict[str, Quantile | None] = {
            "TTFT p50 (s)": None if effort is None else effort.ttft_p50,
            "sample p50 (s)": alone.once(effects)[model].seconds_p50,
        }
        for name, quantile in told.items():
            if quantile is not None:
                note(name, quantile.value, quantile.interval)
    return {
        metric: {model: tuple(points) for model, points in models.items()} for metric, models in found.items()
    }
