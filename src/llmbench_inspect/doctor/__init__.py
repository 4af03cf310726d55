"""Checks before a run: each is declared by who owns what it looks at, and says what mends it."""

from llmbench_inspect.doctor.check import CHECKS, Asked, Check, DoubtError, check
from llmbench_inspect.doctor.examination import Finding, Outcome, examine, ordered
from llmbench_inspect.doctor.suite import Suite, suites

__all__ = [
    "CHECKS",
    "Asked",
    "Check",
    "DoubtError",
    "Finding",
    "Outcome",
    "Suite",
    "check",
    "examine",
    "ordered",
    "suites",
]
