"""A `pynvml` whose GPUs follow a script of readings, faults included."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import ModuleType, SimpleNamespace
from typing import Any

NOT_SUPPORTED, NO_PERMISSION, LIBRARY_NOT_FOUND, FUNCTION_NOT_FOUND, GPU_IS_LOST = 3, 4, 12, 13, 15
MESSAGES = {
    NOT_SUPPORTED: "Not Supported",
    NO_PERMISSION: "Insufficient Permissions",
    LIBRARY_NOT_FOUND: "NVML Shared Library Not Found",
    FUNCTION_NOT_FOUND: "Function Not Found",
    GPU_IS_LOST: "GPU is lost",
}


class NVMLError(Exception):
    """As in pynvml: `value` is the code."""

    def __init__(self, value: int) -> None:
        super().__init__(MESSAGES[value])
        self.value = value


@dataclass
class FakeGpu:
    """A GPU; each column is a number, a code to fail with (`Fault`), or a function of seconds since start."""

    name: str = "Fake H100"
    utilization: Any = 90
    memory: Any = 40_000_000_000
    power: Any = 300.0
    """Watts."""
    temperature: Any = 60
    sm_clock: Any = 1800
    memory_clock: Any = 2600
    throttle: Any = 0
    energy: Any = None
    """Joules; `None` follows the power, which then is a number."""
    handle: Any = 0
    """What asking for the handle gives."""


@dataclass(frozen=True)
class Fault:
    """A call that fails."""

    code: int


@dataclass
class FakeNvml(ModuleType):
    """To be put into `sys.modules["pynvml"]`."""

    gpus: list[FakeGpu] = field(default_factory=lambda: [FakeGpu()])
    init: int | None = None
    """Code with which the library refuses to start."""
    call: Callable[[], None] = lambda: None
    """What every reading call costs."""
    opened: int = 0
    calls: int = 0

    NVML_ERROR_NOT_SUPPORTED = NOT_SUPPORTED
    NVML_ERROR_NO_PERMISSION = NO_PERMISSION
    NVML_ERROR_FUNCTION_NOT_FOUND = FUNCTION_NOT_FOUND
    NVML_TEMPERATURE_GPU = 0
    NVML_CLOCK_SM = 1
    NVML_CLOCK_MEM = 2
    NVMLError = NVMLError

    def __post_init__(self) -> None:
        super().__init__("pynvml")
        self.began = time.monotonic()

    def nvmlInit(self) -> None:  # noqa: N802
        if self.init is not None:
            raise NVMLError(self.init)
        self.opened += 1

    def nvmlShutdown(self) -> None:  # noqa: N802
        self.opened -= 1

    def nvmlSystemGetDriverVersion(self) -> str:  # noqa: N802
        return "580.1"

    def nvmlDeviceGetCount(self) -> int:  # noqa: N802
        return len(self.gpus)

    def nvmlDeviceGetHandleByIndex(self, index: int) -> FakeGpu:  # noqa: N802
        self._value(self.gpus[index].handle)
        return self.gpus[index]

    def nvmlDeviceGetName(self, gpu: FakeGpu) -> str:  # noqa: N802
        return gpu.name

    def nvmlDeviceGetUtilizationRates(self, gpu: FakeGpu) -> Any:  # noqa: N802
        return SimpleNamespace(gpu=self._value(gpu.utilization), memory=0)

    def nvmlDeviceGetMemoryInfo(self, gpu: FakeGpu) -> Any:  # noqa: N802
        return SimpleNamespace(used=self._value(gpu.memory))

    def nvmlDeviceGetPowerUsage(self, gpu: FakeGpu) -> int:  # noqa: N802
        return round(self._value(gpu.power) * 1000)

    def nvmlDeviceGetTemperature(self, gpu: FakeGpu, sensor: int) -> Any:  # noqa: N802
        return self._value(gpu.temperature)

    def nvmlDeviceGetClockInfo(self, gpu: FakeGpu, kind: int) -> Any:  # noqa: N802
        return self._value(gpu.sm_clock if kind == self.NVML_CLOCK_SM else gpu.memory_clock)

    def nvmlDeviceGetCurrentClocksThrottleReasons(self, gpu: FakeGpu) -> Any:  # noqa: N802
        return self._value(gpu.throttle)

    def nvmlDeviceGetTotalEnergyConsumption(self, gpu: FakeGpu) -> int:  # noqa: N802
        joules = self._value(gpu.energy)
        return round(1000 * (gpu.power * (time.monotonic() - self.began) if joules is None else joules))

    def _value(self, scripted: Any) -> Any:
        self.calls += 1
        self.call()
        value = scripted(time.monotonic() - self.began) if callable(scripted) else scripted
        if isinstance(value, Fault):
            raise NVMLError(value.code)
        return value
