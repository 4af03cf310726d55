"""Files that benchmarks take as submissions, from logs."""

from .submission import Submission, submissions

__all__ = ["Submission", "submissions"]
