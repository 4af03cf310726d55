"""BFCL's single-turn questions: functions to choose from, and the calls that are accepted."""

from llmbench_inspect.suites.tooluse.bfcl.baselines import BASELINES, Baseline, baseline
from llmbench_inspect.suites.tooluse.bfcl.categories import CATEGORIES, GROUPS, ROWS, choose_categories
from llmbench_inspect.suites.tooluse.bfcl.dataset import bfcl_dataset
from llmbench_inspect.suites.tooluse.bfcl.scorers import calls_are_accepted
from llmbench_inspect.suites.tooluse.bfcl.solvers import one_turn

__all__ = [
    "BASELINES",
    "CATEGORIES",
    "GROUPS",
    "ROWS",
    "Baseline",
    "baseline",
    "bfcl_dataset",
    "calls_are_accepted",
    "choose_categories",
    "one_turn",
]
