"""Intervals for rates, means and quantiles; knows numbers, not logs."""

from .intervals import Bounds, Estimate, Interval, estimate_mean, estimate_rate, wilson
from .pass_at_k import Attempts, estimate_pass_at_k, pass_at_k
from .quantiles import Quantile, estimate_quantile, percentile

__all__ = [
    "Attempts",
    "Bounds",
    "Estimate",
    "Interval",
    "Quantile",
    "estimate_mean",
    "estimate_pass_at_k",
    "estimate_quantile",
    "estimate_rate",
    "pass_at_k",
    "percentile",
    "wilson",
]
