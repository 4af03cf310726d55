"""The check of this machine's GPUs."""

from __future__ import annotations

from llmbench_inspect.doctor import Asked, DoubtError, check
from llmbench_inspect.telemetry.gpu.hardware import gpus_of_this_machine
from llmbench_inspect.telemetry.gpu.nvml import GpuUnavailableError, ReadingError, open_machine

_BUSY = 10
"""Percent of use from which on something else is at work."""


@check(
    code="gpu",
    name="GPU and driver",
    area="This machine",
    looks_at="The NVIDIA GPUs of this machine, their driver, and whether they are at work already.",
    mends={
        "what reads GPUs is not installed": "pip install 'llmbench-inspect[gpu]'",
        "a driver that does not run": "nvidia-smi",
        "other work on a GPU": "nvidia-smi",
    },
    concerns="every run",
)
def _gpu(asked: Asked) -> str:  # noqa: ARG001
    """A model that is served from this machine runs on its GPUs, and shares them with whatever else does.

    A machine without one is told and is no failure: models then run on the processor, or elsewhere.
    """
    try:
        machine = open_machine()
    except GpuUnavailableError as error:
        seen = gpus_of_this_machine()
        if seen.nvidia_driver or "NVIDIA" in seen.vendors:
            raise DoubtError(f"{error}. See what the driver says: nvidia-smi") from error
        return f"{error}: models that are served here run on the processor"
    try:
        readings = [(device.name, device.read()) for device in machine.devices]
    except ReadingError as error:
        raise DoubtError(f"A GPU does not answer ({error}). See what the driver says: nvidia-smi") from error
    finally:
        machine.close()
    told = ", ".join(
        name + (f" ({reading.memory / 1e9:.1f} GB in use)" if reading.memory is not None else "")
        for name, reading in readings
    )
    told = f"{told}; driver {machine.driver}"
    if any((reading.utilization or 0) >= _BUSY for _, reading in readings) or machine.unreadable:
        busy = [
            f"{name} is {reading.utilization} % busy" for name, reading in readings if reading.utilization
        ]
        raise DoubtError(
            f"{told}; {'; '.join([*busy, *machine.unreadable])}. See what works there: nvidia-smi"
        )
    return told
