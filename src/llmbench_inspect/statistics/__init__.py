"""Intervals for rates, means and quantiles, and tests that may end early; knows numbers, not logs."""

from .early_stopping import StopWhenDecided
from .intervals import Bounds, Estimate, Interval, estimate_mean, estimate_rate, wilson
from .pass_at_k import Attempts, estimate_pass_at_k, pass_at_k
from .quantiles import Quantile, estimate_quantile, percentile
from .sequential import Verdict, confidence_sequence, sequential_verdict

__all__ = [
    "Attempts",
    "Bounds",
    "Estimate",
    "Interval",
    "Quantile",
    "StopWhenDecided",
    "Verdict",
    "confidence_sequence",
    "estimate_mean",
    "estimate_pass_at_k",
    "estimate_quantile",
    "estimate_rate",
    "pass_at_k",
    "percentile",
    "sequential_verdict",
    "wilson",
]
