"""NVIDIA's management library: which GPUs it shows, and what one of them says of itself at one time."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final

from llmbench_inspect.telemetry.gpu.hardware import gpus_of_this_machine

THROTTLE_REASONS: Final = {
    0x001: "gpu_idle",
    0x002: "application_clocks",
    0x004: "power_cap",
    0x008: "hardware_slowdown",
    0x010: "sync_boost",
    0x020: "thermal_software",
    0x040: "thermal_hardware",
    0x080: "power_brake",
    0x100: "display_clocks",
    0x200: "board_limit",
    0x400: "reliability",
}
"""Bits of `nvmlDeviceGetCurrentClocksThrottleReasons`, from nvml.h."""


class GpuUnavailableError(Exception):
    """No figures can be had; the message is the reason, in words for the log."""


class ReadingError(Exception):
    """A GPU did not answer this once, or never will again; the message is NVML's."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a GPU said at one time; `None` for what it does not tell."""

    seconds: float
    """Of `time.monotonic()`, in the middle of the calls."""
    utilization: int | None = None
    """Percent of NVML's last sampling period in which at least one kernel ran."""
    memory: int | None = None
    """Bytes in use by all processes and the driver."""
    power: float | None = None
    """Watts of the whole board."""
    temperature: int | None = None
    """Degrees Celsius of the chip."""
    sm_clock: int | None = None
    """MHz of the processors."""
    memory_clock: int | None = None
    """MHz of the memory."""
    throttle: int | None = None
    """Bits, see `THROTTLE_REASONS`."""
    energy: int | None = None
    """Millijoules since the driver was loaded."""


class Device:
    """A GPU that can be read.

    Args:
        nvml: The module `pynvml`, initialised. It brings no types.
        index: NVML's number of the GPU, from 0 (the order of `nvidia-smi`, not always of CUDA).

    Raises:
        ReadingError: The GPU cannot be opened, or tells nothing.
    """

    def __init__(self, nvml: Any, index: int) -> None:
        self.index = index
        self.missing: dict[str, str] = {}
        """Columns that this GPU does not tell, with NVML's reason."""
        self._nvml = nvml
        self._never = {
            nvml.NVML_ERROR_NOT_SUPPORTED,
            nvml.NVML_ERROR_NO_PERMISSION,
            nvml.NVML_ERROR_FUNCTION_NOT_FOUND,
        }
        try:
            handle = nvml.nvmlDeviceGetHandleByIndex(index)
            self.name = nvml.nvmlDeviceGetName(handle)
        except nvml.NVMLError as error:
            raise ReadingError(str(error)) from error
        self._columns: dict[str, Callable[[], Any]] = {
            "utilization": lambda: nvml.nvmlDeviceGetUtilizationRates(handle).gpu,
            "memory": lambda: nvml.nvmlDeviceGetMemoryInfo(handle).used,
            "power": lambda: nvml.nvmlDeviceGetPowerUsage(handle) / 1000,
            "temperature": lambda: nvml.nvmlDeviceGetTemperature(handle, nvml.NVML_TEMPERATURE_GPU),
            "sm_clock": lambda: nvml.nvmlDeviceGetClockInfo(handle, nvml.NVML_CLOCK_SM),
            "memory_clock": lambda: nvml.nvmlDeviceGetClockInfo(handle, nvml.NVML_CLOCK_MEM),
            "throttle": lambda: nvml.nvmlDeviceGetCurrentClocksThrottleReasons(handle),
            "energy": lambda: nvml.nvmlDeviceGetTotalEnergyConsumption(handle),
        }
        self.read()
        if not self._columns:
            raise ReadingError("; ".join(sorted(set(self.missing.values()))))

    def read(self) -> Reading:
        """Ask the GPU for all that it tells.

        Raises:
            ReadingError: It did not answer: lost, reset, or too slow for the driver.
        """
        values: dict[str, Any] = {}
        began = time.monotonic()
        for column in list(self._columns):
            try:
                values[column] = self._columns[column]()
            except self._nvml.NVMLError as error:
                if getattr(error, "value", None) not in self._never:
                    raise ReadingError(str(error)) from error
                self.missing[column] = str(error)
                del self._columns[column]
        return Reading(seconds=(began + time.monotonic()) / 2, **values)


@dataclass(frozen=True)
class Machine:
    """This machine's NVIDIA GPUs."""

    devices: tuple[Device, ...]
    driver: str
    """Version of the driver."""
    unreadable: tuple[str, ...]
    """GPUs that are there and cannot be read, with the reason."""
    close: Callable[[], None]
    """Lets go of the library; no device may be read afterwards."""


def open_machine() -> Machine:
    """Load NVML and find the GPUs.

    Raises:
        GpuUnavailableError: There is no NVIDIA GPU, or it cannot be read; the message says why.
    """
    try:
        nvml: Any = import_module("pynvml")
    except ModuleNotFoundError as error:
        missing = "nvidia-ml-py is not installed: pip install 'llmbench-inspect[gpu]'"
        raise GpuUnavailableError(gpus_of_this_machine().reason(missing)) from error
    try:
        nvml.nvmlInit()
    except nvml.NVMLError as error:
        raise GpuUnavailableError(gpus_of_this_machine().reason(str(error))) from error
    try:
        return _look(nvml)
    except GpuUnavailableError:
        nvml.nvmlShutdown()
        raise


def _look(nvml: Any) -> Machine:
    devices: list[Device] = []
    unreadable: list[str] = []
    try:
        driver = nvml.nvmlSystemGetDriverVersion()
        count = nvml.nvmlDeviceGetCount()
    except nvml.NVMLError as error:
        raise GpuUnavailableError(f"NVML: {error}") from error
    for index in range(count):
        try:
            devices.append(Device(nvml, index))
        except ReadingError as error:
            unreadable.append(f"GPU {index}: {error}")
    if not devices:
        raise GpuUnavailableError("; ".join(unreadable) or "NVML shows no GPU")
    return Machine(tuple(devices), driver, tuple(unreadable), nvml.nvmlShutdown)
