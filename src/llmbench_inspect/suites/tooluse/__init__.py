"""Tool use: 500 tasks with files, commands and a server, and which way a model's calls fail."""

from llmbench_inspect.suites.tooluse.calls import Call, calls_of
from llmbench_inspect.suites.tooluse.failure_modes import FAILURE_MODES, FailureMode, failure_mode
from llmbench_inspect.suites.tooluse.matching import ExpectedCall, Matching, Way, match
from llmbench_inspect.suites.tooluse.transport import Transport, model_over, prompted_model

__all__ = [
    "FAILURE_MODES",
    "Call",
    "ExpectedCall",
    "FailureMode",
    "Matching",
    "Transport",
    "Way",
    "calls_of",
    "failure_mode",
    "match",
    "model_over",
    "prompted_model",
]
