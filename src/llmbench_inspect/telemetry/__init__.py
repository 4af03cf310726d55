"""Time and tokens of model calls, and what the GPU did meanwhile."""

from llmbench_inspect.telemetry.attempts import CallAttempts
from llmbench_inspect.telemetry.calls import BUSY, Call, ModelCalls
from llmbench_inspect.telemetry.hardware import Hardware, HardwareHook
from llmbench_inspect.telemetry.model_event import model_event
from llmbench_inspect.telemetry.repetition import LOOP, repeated_share
from llmbench_inspect.telemetry.timed import IDLE_SECONDS, MAX_RETRIES, timed, timed_call, timed_model

__all__ = [
    "BUSY",
    "IDLE_SECONDS",
    "LOOP",
    "MAX_RETRIES",
    "Call",
    "CallAttempts",
    "Hardware",
    "HardwareHook",
    "ModelCalls",
    "model_event",
    "repeated_share",
    "timed",
    "timed_call",
    "timed_model",
]
