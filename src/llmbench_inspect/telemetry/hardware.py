"""What a sample's times were measured on: processor, GPUs and server, in the store of every sample."""

from __future__ import annotations

import os
import platform
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

import anyio.to_thread
from inspect_ai.hooks import Hooks, RunEnd, SampleScoring, SampleStart, TaskStart, hooks
from inspect_ai.util import StoreModel, store_as
from pydantic import Field
from typing_extensions import override

from llmbench_inspect.telemetry.gpu.hardware import gpus_of_this_machine
from llmbench_inspect.telemetry.gpu.nvml import GpuUnavailableError, open_machine
from llmbench_inspect.telemetry.gpu.served import served_from

_PROCESSORS: Final = Path("/proc/cpuinfo")


class Hardware(StoreModel):
    """A sample's entry; it names no machine, only of what kind it is."""

    processor: str | None = None
    """Its model, such as `AMD EPYC 9654 96-Core Processor`."""
    cores: int | None = None
    """Logical ones that the process may use."""
    gpus: list[str] = Field(default_factory=list)
    """Their names, each as often as there are."""
    driver: str | None = None
    """Version of the GPUs' driver."""
    server: str | None = None
    """Host that the model is served from, where that is another machine."""


class Machine(NamedTuple):
    """This machine, as far as `Hardware` tells of it."""

    processor: str | None
    cores: int | None
    gpus: list[str]
    driver: str | None


@hooks(name="hardware", description="Notes the processor and the GPUs that times are measured on.")  # pyright: ignore[reportUntypedClassDecorator]
class HardwareHook(Hooks):
    """Notes the hardware, sample by sample: a log may be continued on another machine."""

    def __init__(self) -> None:
        self._evals: dict[str, tuple[str, str | None]] = {}

    @override
    async def on_task_start(self, data: TaskStart) -> None:
        await anyio.to_thread.run_sync(this_machine)
        self._evals[data.eval_id] = (data.run_id, served_from(data.spec))

    @override
    async def on_sample_start(self, data: SampleStart) -> None:
        self._note(data.eval_id)

    @override
    async def on_sample_scoring(self, data: SampleScoring) -> None:
        # A sample that Inspect tried again has a new store.
        self._note(data.eval_id)

    @override
    async def on_run_end(self, data: RunEnd) -> None:
        self._evals = {key: value for key, value in self._evals.items() if value[0] != data.run_id}

    def _note(self, eval_id: str) -> None:
        if eval_id in self._evals:
            machine, noted = this_machine(), store_as(Hardware)
            noted.processor, noted.cores = machine.processor, machine.cores
            noted.gpus, noted.driver = machine.gpus, machine.driver
            noted.server = self._evals[eval_id][1]


@cache
def this_machine() -> Machine:
    """What this machine says of itself; looked at once in a process."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    gpus, driver = _gpus()
    return Machine(_processor(), cores, gpus, driver)


def _processor() -> str | None:
    if _PROCESSORS.exists():
        for line in _PROCESSORS.read_text("utf-8", errors="replace").splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return " ".join(value.split())
    return platform.processor() or platform.machine() or None


def _gpus() -> tuple[list[str], str | None]:
    seen = gpus_of_this_machine()
    if not seen.nvidia_driver:
        return [f"{vendor} GPU" for vendor in seen.vendors], None
    try:
        machine = open_machine()
    except GpuUnavailableError:
        return [f"{vendor} GPU" for vendor in seen.vendors], None
    try:
        return [device.name for device in machine.devices], machine.driver
    finally:
        machine.close()
