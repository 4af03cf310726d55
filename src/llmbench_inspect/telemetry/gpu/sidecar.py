"""The series of a run as a Parquet file beside its log; docs/gpu.md lists the columns."""

from __future__ import annotations

import io
import json
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import NamedTuple

from upath import UPath

from llmbench_inspect.telemetry.gpu.nvml import THROTTLE_REASONS
from llmbench_inspect.telemetry.gpu.sampler import Sampler
from llmbench_inspect.telemetry.gpu.windows import Crowd


class Stretch(NamedTuple):
    """The time of an eval."""

    started: datetime
    """On the wall, with its zone."""
    start: float
    """The same, seconds of `time.monotonic()`."""
    end: float
    """Seconds of `time.monotonic()`."""


def sidecar_location(log: str) -> str:
    """Where the series of a log belongs: its name with `.gpu.parquet` in the place of its ending.

    Args:
        log: Path or fsspec URL of a log.
    """
    return log.removesuffix(PurePosixPath(log).suffix) + ".gpu.parquet"


def write_sidecar(
    location: str, sampler: Sampler, crowd: Crowd, *, stretch: Stretch, ids: dict[str, str]
) -> None:
    """Write what was read during an eval.

    Args:
        location: Path or fsspec URL of the file.
        sampler: The source of readings.
        crowd: How many samples ran.
        stretch: From when to when.
        ids: What else to write into the file's metadata.

    Raises:
        OSError: It cannot be written.
    """
    import polars as pl  # noqa: PLC0415 - slow to load, and of no use without a GPU

    schema = {
        "time": pl.Datetime("us", "UTC"),
        "seconds": pl.Float64,
        "gpu": pl.UInt16,
        "samples": pl.UInt32,
        "utilization_percent": pl.UInt8,
        "memory_bytes": pl.UInt64,
        "power_watts": pl.Float64,
        "temperature_celsius": pl.UInt16,
        "sm_clock_mhz": pl.UInt32,
        "memory_clock_mhz": pl.UInt32,
        "throttle_reasons": pl.List(pl.String),
        "energy_counter_joules": pl.Float64,
    }
    rows = [
        (
            stretch.started + timedelta(seconds=reading.seconds - stretch.start),
            reading.seconds - stretch.start,
            series.device.index,
            crowd.at(reading.seconds),
            reading.utilization,
            reading.memory,
            reading.power,
            reading.temperature,
            reading.sm_clock,
            reading.memory_clock,
            _names(reading.throttle),
            None if reading.energy is None else reading.energy / 1000,
        )
        for series in sampler.series
        for reading in list(series.readings)
        if stretch.start <= reading.seconds <= stretch.end
    ]
    table = pl.DataFrame(rows, schema=schema, orient="row").sort("seconds", "gpu")
    facts = {
        "interval_seconds": sampler.interval,
        "driver": sampler.machine.driver,
        "unreadable": sampler.machine.unreadable,
        "gpus": [
            {
                "index": series.device.index,
                "name": series.device.name,
                "not_told": series.device.missing,
                "failures": [
                    {
                        "start": failure.start - stretch.start,
                        "end": failure.end - stretch.start,
                        "message": failure.message,
                    }
                    for failure in series.failures
                ],
            }
            for series in sampler.series
        ],
    }
    content = io.BytesIO()
    table.write_parquet(content, metadata={"llmbench_inspect": json.dumps(ids | facts)})
    UPath(location).write_bytes(content.getvalue())


def _names(throttle: int | None) -> list[str] | None:
    if throttle is None:
        return None
    return [name for bit, name in THROTTLE_REASONS.items() if throttle & bit]
