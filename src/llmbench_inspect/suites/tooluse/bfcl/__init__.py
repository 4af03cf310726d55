"""BFCL's single-turn questions: functions to choose from, and the calls that are accepted."""

from llmbench_inspect.suites.tooluse.bfcl.baselines import Player, played_calls
from llmbench_inspect.suites.tooluse.bfcl.categories import CATEGORIES, GROUPS, ROWS, choose_categories
from llmbench_inspect.suites.tooluse.bfcl.dataset import bfcl_dataset
from llmbench_inspect.suites.tooluse.bfcl.scorers import calls_are_accepted
from llmbench_inspect.suites.tooluse.bfcl.solvers import one_turn

__all__ = [
    "CATEGORIES",
    "GROUPS",
    "ROWS",
    "Player",
    "bfcl_dataset",
    "calls_are_accepted",
    "choose_categories",
    "one_turn",
    "played_calls",
]
