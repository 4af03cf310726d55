"""The nine types of mistakes, and what has to hold of each."""

from llmbench_inspect.suites.ordebug.faults.checks import checked
from llmbench_inspect.suites.ordebug.faults.draft import Draft, draft
from llmbench_inspect.suites.ordebug.faults.planted import Planted
from llmbench_inspect.suites.ordebug.faults.registry import FAULTS, Fault

__all__ = ["FAULTS", "Draft", "Fault", "Planted", "checked", "draft"]
