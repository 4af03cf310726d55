"""Code generation suites: answers judged by tests that they cannot reach."""

from llmbench_inspect.suites.coding.attempts import attempts_for
from llmbench_inspect.suites.coding.execution import judge, run_tests
from llmbench_inspect.suites.coding.humaneval import Variant, humaneval_dataset, humaneval_problem
from llmbench_inspect.suites.coding.mbpp import MOST_SHOTS, Split, mbpp_dataset, mbpp_problem
from llmbench_inspect.suites.coding.problem import Problem
from llmbench_inspect.suites.coding.runners import Runner, run_in, run_isolated
from llmbench_inspect.suites.coding.scorers import passes_tests, share_of_tests
from llmbench_inspect.suites.coding.verdict import JudgingError, Verdict

__all__ = [
    "MOST_SHOTS",
    "JudgingError",
    "Problem",
    "Runner",
    "Split",
    "Variant",
    "Verdict",
    "attempts_for",
    "humaneval_dataset",
    "humaneval_problem",
    "judge",
    "mbpp_dataset",
    "mbpp_problem",
    "passes_tests",
    "run_in",
    "run_isolated",
    "run_tests",
    "share_of_tests",
]
