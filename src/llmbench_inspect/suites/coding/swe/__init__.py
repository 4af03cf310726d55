"""SWE: issues of Python repositories, resolved by an agent and judged by tests that it never sees."""

from llmbench_inspect.suites.coding.swe.authoring import SWE_FIXTURES
from llmbench_inspect.suites.coding.swe.dataset import swe_dataset
from llmbench_inspect.suites.coding.swe.instances import Instance, load_instances
from llmbench_inspect.suites.coding.swe.judging import JudgingError, judge, run_in_pool
from llmbench_inspect.suites.coding.swe.scorers import swe_scorers
from llmbench_inspect.suites.coding.swe.solvers import repository_agent
from llmbench_inspect.suites.coding.swe.upstream import SOURCES, UpstreamSplit, upstream_task
from llmbench_inspect.suites.coding.swe.verdict import Verdict

__all__ = [
    "SOURCES",
    "SWE_FIXTURES",
    "Instance",
    "JudgingError",
    "UpstreamSplit",
    "Verdict",
    "judge",
    "load_instances",
    "repository_agent",
    "run_in_pool",
    "swe_dataset",
    "swe_scorers",
    "upstream_task",
]
