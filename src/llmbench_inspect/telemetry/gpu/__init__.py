"""What this machine's GPUs do while a model is served from them."""

from llmbench_inspect.telemetry.gpu import checks as checks
from llmbench_inspect.telemetry.gpu.hook import GpuHook
from llmbench_inspect.telemetry.gpu.use import GpuFigures, GpuUse, GpuWindow

__all__ = ["GpuFigures", "GpuHook", "GpuUse", "GpuWindow"]
