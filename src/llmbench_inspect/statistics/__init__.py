"""Intervals for rates and means; knows numbers, not logs."""

from .intervals import Bounds, Estimate, Interval, estimate_mean, estimate_rate, wilson
from .pass_at_k import Attempts, estimate_pass_at_k, pass_at_k

__all__ = [
    "Attempts",
    "Bounds",
    "Estimate",
    "Interval",
    "estimate_mean",
    "estimate_pass_at_k",
    "estimate_rate",
    "pass_at_k",
    "wilson",
]
