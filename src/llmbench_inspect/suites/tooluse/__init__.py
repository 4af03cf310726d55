"""Tool use: 500 tasks with files, commands and a server, and which way a model's calls fail."""

from llmbench_inspect.suites.tooluse.bench_dataset import bench_dataset, task_of
from llmbench_inspect.suites.tooluse.bench_scorers import completed, tool_calls
from llmbench_inspect.suites.tooluse.bench_solvers import MOST_TURNS, Player, played, stage_world, tool_user
from llmbench_inspect.suites.tooluse.bench_tasks import CATEGORIES, DIFFICULTIES, DIGEST, ToolTask, load_tasks
from llmbench_inspect.suites.tooluse.calls import Call, calls_of
from llmbench_inspect.suites.tooluse.failure_modes import FAILURE_MODES, FailureMode, failure_mode
from llmbench_inspect.suites.tooluse.matching import ExpectedCall, Matching, Way, match
from llmbench_inspect.suites.tooluse.transport import Transport, model_over, prompted_model

__all__ = [
    "CATEGORIES",
    "DIFFICULTIES",
    "DIGEST",
    "FAILURE_MODES",
    "MOST_TURNS",
    "Call",
    "ExpectedCall",
    "FailureMode",
    "Matching",
    "Player",
    "ToolTask",
    "Transport",
    "Way",
    "bench_dataset",
    "calls_of",
    "completed",
    "failure_mode",
    "load_tasks",
    "match",
    "model_over",
    "played",
    "prompted_model",
    "stage_world",
    "task_of",
    "tool_calls",
    "tool_user",
]
