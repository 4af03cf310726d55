"""The thread that reads the GPUs at a steady pace, and what it has read."""

from __future__ import annotations

import os
import threading
import time
from dataclasses import dataclass, field
from functools import cache
from logging import getLogger
from typing import Final

from llmbench_inspect.telemetry.gpu.nvml import Device, Machine, Reading, ReadingError

DEFAULT_INTERVAL: Final = 0.5
_VARIABLE: Final = "LLMBENCH_GPU_INTERVAL"
_SHORTEST_MS: Final = 10
_LONGEST_MS: Final = 60_000
_PATIENCE: Final = 2.0
"""Seconds to wait for a call that hangs in the driver."""

_logger = getLogger(__name__)


def interval_from_environment() -> float:
    """Seconds between readings: `LLMBENCH_GPU_INTERVAL`, in milliseconds. A bad value is warned of."""
    given = os.environ.get(_VARIABLE)
    if not given:
        return DEFAULT_INTERVAL
    if given.strip().isascii() and given.strip().isdigit():
        milliseconds = int(given[:10])
        if _SHORTEST_MS <= milliseconds <= _LONGEST_MS:
            return milliseconds / 1000
    _warn_of(given)
    return DEFAULT_INTERVAL


@cache
def _warn_of(given: str) -> None:
    # Once, though every task of a run reads it.
    _logger.warning(
        f"{_VARIABLE}={given[:40]!r} is no whole number of milliseconds from {_SHORTEST_MS} to "
        f"{_LONGEST_MS}: the GPU is read every {DEFAULT_INTERVAL * 1000:.0f} ms"
    )


@dataclass
class Failure:
    """A time in which a GPU did not answer."""

    start: float
    """Seconds of `time.monotonic()`, of the first call that failed."""
    end: float
    """Of the last."""
    message: str
    """What NVML said."""


@dataclass(frozen=True)
class Series:
    """What was read from one GPU so far."""

    device: Device
    readings: list[Reading] = field(default_factory=list[Reading])
    """In order of time."""
    failures: list[Failure] = field(default_factory=list[Failure])
    """In order of time."""


class Sampler:
    """Reads all GPUs of a machine from `start` to `stop`, in a thread of its own.

    Args:
        machine: The GPUs; closed by `stop`.
        interval: Seconds between two readings. Where the calls take longer, readings are left out.
    """

    def __init__(self, machine: Machine, *, interval: float) -> None:
        self.machine = machine
        self.interval = interval
        self.series = tuple(Series(device) for device in machine.devices)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="llmbench-gpu", daemon=True)

    def start(self) -> None:
        """Begin; the first reading is on its way when this returns."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread and let go of NVML. A call that hangs in the driver is not waited for long."""
        self._stop.set()
        self._thread.join(_PATIENCE)
        if not self._thread.is_alive():
            self.machine.close()

    def _run(self) -> None:
        due = time.monotonic()
        while True:
            for series in self.series:
                _read(series)
            now = time.monotonic()
            due += self.interval * max(1, -(-(now - due) // self.interval))
            if self._stop.wait(due - now):
                return


def _read(series: Series) -> None:
    try:
        series.readings.append(series.device.read())
    except ReadingError as error:
        now = time.monotonic()
        last = series.failures[-1] if series.failures else None
        unbroken = last and not (series.readings and series.readings[-1].seconds > last.start)
        if last and unbroken and last.message == str(error):
            last.end = now
        else:
            series.failures.append(Failure(now, now, str(error)))
