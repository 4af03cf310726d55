"""Servers under load: how many tokens and right answers a second, and how long each user waits."""

from llmbench_inspect.suites.serving.cells import Load
from llmbench_inspect.suites.serving.drive import poisson
from llmbench_inspect.suites.serving.measured import Measured, ServingLoads
from llmbench_inspect.suites.serving.objective import Objective
from llmbench_inspect.suites.serving.plan import Plan, plan
from llmbench_inspect.suites.serving.scorers import serving_scorers
from llmbench_inspect.suites.serving.solvers import under_load
from llmbench_inspect.suites.serving.task_prompts import TaskPrompts

__all__ = [
    "Load",
    "Measured",
    "Objective",
    "Plan",
    "ServingLoads",
    "TaskPrompts",
    "plan",
    "poisson",
    "serving_scorers",
    "under_load",
]
