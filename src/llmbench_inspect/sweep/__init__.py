"""Sweeps: every model of a plan does every suite of it."""

from .cells import Cell, expand
from .messages import Ended
from .plan import Plan, PlanError, read_plan
from .progress import Display
from .run import Sweep
from .shards import in_shards

__all__ = ["Cell", "Display", "Ended", "Plan", "PlanError", "Sweep", "expand", "in_shards", "read_plan"]
