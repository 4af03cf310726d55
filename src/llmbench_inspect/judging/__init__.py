"""Programs that models write, judged by tests that they cannot reach."""

from llmbench_inspect.judging.execution import judge, run_tests
from llmbench_inspect.judging.of_sample import judging_failed, pass_score, sample_verdict
from llmbench_inspect.judging.problem import Problem
from llmbench_inspect.judging.runners import Runner, run_in, run_isolated
from llmbench_inspect.judging.verdict import JudgingError, Verdict

__all__ = [
    "JudgingError",
    "Problem",
    "Runner",
    "Verdict",
    "judge",
    "judging_failed",
    "pass_score",
    "run_in",
    "run_isolated",
    "run_tests",
    "sample_verdict",
]
