"""Code generation suites: answers judged by tests that they cannot reach."""

from llmbench_inspect.suites.coding.attempts import attempts_for
from llmbench_inspect.suites.coding.humaneval import Variant, humaneval_dataset, humaneval_problem
from llmbench_inspect.suites.coding.mbpp import MOST_SHOTS, Split, mbpp_dataset, mbpp_problem
from llmbench_inspect.suites.coding.scorers import passes_tests, share_of_tests

__all__ = [
    "MOST_SHOTS",
    "Split",
    "Variant",
    "attempts_for",
    "humaneval_dataset",
    "humaneval_problem",
    "mbpp_dataset",
    "mbpp_problem",
    "passes_tests",
    "share_of_tests",
]
