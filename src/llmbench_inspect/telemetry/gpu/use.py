"""What the GPUs did during a sample, as its store keeps it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from statistics import fmean
from typing import Final

from inspect_ai.util import StoreModel
from pydantic import BaseModel

from llmbench_inspect.telemetry.gpu.nvml import THROTTLE_REASONS, Reading
from llmbench_inspect.telemetry.gpu.sampler import Sampler, Series
from llmbench_inspect.telemetry.gpu.windows import (
    EnergySource,
    Piece,
    around,
    meter,
    shared_joules,
)

LOW_UTILIZATION: Final = 80
"""Percent; an average below it is warned of."""
FEWEST_READINGS: Final = 3
"""Fewer say nothing about utilisation, which NVML itself averages over up to a second."""


class GpuFigures(BaseModel):
    """One GPU in a sample's window; `None` for what it does not tell."""

    index: int
    """NVML's number."""
    name: str
    readings: int
    """Within the window."""
    coverage: float
    """Share of the window that is accounted for, 0 to 1. The joules are those of this share alone."""
    utilization_average: float | None = None
    """Percent of time in which any kernel ran."""
    utilization_peak: float | None = None
    memory_average_gb: float | None = None
    """10⁹ bytes in use, by all processes."""
    memory_peak_gb: float | None = None
    joules: float | None = None
    """This sample's part of the board's energy, idle power included."""
    energy_source: EnergySource | None = None
    """The GPU's own counter, power integrated over time, or some of both."""
    temperature_peak: float | None = None
    """Degrees Celsius."""
    throttled: list[str]
    """Reasons for lowered clocks that were seen, sorted."""
    problem: str | None = None
    """What NVML said where it did not answer."""


class GpuWindow(BaseModel):
    """From the start of a sample's attempt to the start of its scoring."""

    seconds: float
    interval: float
    """Seconds between readings, as asked for."""
    attempt: int
    """From 1; a retried sample has a new window."""
    utilization_average: float | None = None
    """Of the busiest GPU, percent."""
    utilization_peak: float | None = None
    """Of the same GPU."""
    memory_average_gb: float | None = None
    """Of all GPUs together, 10⁹ bytes."""
    memory_peak_gb: float | None = None
    """The sum of the GPUs' peaks."""
    joules: float | None = None
    """Of all GPUs together: this sample's part."""
    earlier_joules: float
    """Of the attempts before this one."""
    readings: int
    """Of the GPU with the fewest."""
    coverage: float
    """Of the GPU with the least."""
    shared: bool
    """Whether other samples ran at the same time, so that the joules are a part of those spent."""
    running: float
    """Samples that ran at a time, on average over the window, this one included."""
    gpus: list[GpuFigures]
    warning: str | None = None
    """What to look at where the GPU was not busy."""


class GpuUse(StoreModel):
    """The sample's entry; either a window or the reason why there is none."""

    window: GpuWindow | None = None
    unavailable: str | None = None
    """Why there are no figures."""


def measure(
    sampler: Sampler, pieces: Sequence[Piece], *, attempt: int = 1, earlier_joules: float = 0.0
) -> GpuWindow:
    """Work out a window's figures from what was read so far.

    Args:
        sampler: The source of readings.
        pieces: The window, cut wherever another sample came or went; not empty.
        attempt: The sample's.
        earlier_joules: Of its attempts before.
    """
    seconds = pieces[-1].end - pieces[0].start
    gpus = [_figures(series, pieces, interval=sampler.interval) for series in sampler.series]
    busiest = max(gpus, key=lambda gpu: -1 if gpu.utilization_average is None else gpu.utilization_average)
    running = sum(piece.running * (piece.end - piece.start) for piece in pieces) / seconds
    return GpuWindow(
        seconds=seconds,
        interval=sampler.interval,
        attempt=attempt,
        utilization_average=busiest.utilization_average,
        utilization_peak=busiest.utilization_peak,
        memory_average_gb=_sum(gpu.memory_average_gb for gpu in gpus),
        memory_peak_gb=_sum(gpu.memory_peak_gb for gpu in gpus),
        joules=_sum(gpu.joules for gpu in gpus),
        earlier_joules=earlier_joules,
        readings=min(gpu.readings for gpu in gpus),
        coverage=min(gpu.coverage for gpu in gpus),
        shared=any(piece.running > 1 for piece in pieces),
        running=running,
        gpus=gpus,
        warning=low_utilization(busiest.utilization_average) if busiest.readings >= FEWEST_READINGS else None,
    )


def low_utilization(percent: float | None) -> str | None:
    """What to look at where a GPU is not busy; `None` where it is."""
    if percent is None or percent >= LOW_UTILIZATION:
        return None
    return (
        f"The GPU was busy {percent:.0f} % of the time, below {LOW_UTILIZATION} %. Look at: more requests at "
        "once (--max-connections, the server's parallel slots); layers left on the processor (`ollama ps`); "
        "prompt processing and tools, for which the GPU waits; another process that takes the processor; "
        "whether this GPU serves the model at all."
    )


def _figures(series: Series, pieces: Sequence[Piece], *, interval: float) -> GpuFigures:
    start, end = pieces[0].start, pieces[-1].end
    near = around(series.readings, start, end)
    inside = [reading for reading in near if start <= reading.seconds <= end]
    energy = meter(near, interval=interval, until=end)
    source = energy.source(start, end)
    utilization = _average_and_peak(inside, lambda reading: reading.utilization)
    memory = _average_and_peak(inside, lambda reading: reading.memory)
    temperature = _average_and_peak(inside, lambda reading: reading.temperature)
    bits = {bit for reading in inside for bit in THROTTLE_REASONS if (reading.throttle or 0) & bit}
    failures = [failure for failure in series.failures if failure.start <= end and failure.end >= start]
    return GpuFigures(
        index=series.device.index,
        name=series.device.name,
        readings=len(inside),
        coverage=min(1.0, energy.coverage(start, end) / (end - start)),
        utilization_average=utilization[0],
        utilization_peak=utilization[1],
        memory_average_gb=None if memory[0] is None else memory[0] / 1e9,
        memory_peak_gb=None if memory[1] is None else memory[1] / 1e9,
        joules=None if source is None else shared_joules(energy, pieces),
        energy_source=source,
        temperature_peak=temperature[1],
        throttled=sorted(THROTTLE_REASONS[bit] for bit in bits),
        problem=failures[-1].message if failures else None,
    )


def _average_and_peak(
    readings: Sequence[Reading], column: Callable[[Reading], float | None]
) -> tuple[float, float] | tuple[None, None]:
    values = [value for reading in readings if (value := column(reading)) is not None]
    return (fmean(values), max(values)) if values else (None, None)


def _sum(values: Iterable[float | None]) -> float | None:
    told = [value for value in values if value is not None]
    return sum(told) if told else None
