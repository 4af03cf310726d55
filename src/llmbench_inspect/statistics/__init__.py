"""Intervals, paired comparisons, tests that may end early, metrics for any suite; knows no logs."""

from .class_shares import class_shares
from .early_stopping import StopWhenDecided
from .group_intervals import group_intervals
from .group_means import group_means
from .intervals import Bounds, Estimate, Interval, estimate_mean, estimate_rate, wilson
from .paired import (
    PairedDifference,
    holm,
    mcnemar,
    mcnemar_power,
    paired_difference,
    smallest_difference,
)
from .pass_at_k import Attempts, estimate_pass_at_k, pass_at_k
from .quantiles import Quantile, estimate_quantile, percentile
from .sequential import Verdict, confidence_sequence, sequential_verdict

__all__ = [
    "Attempts",
    "Bounds",
    "Estimate",
    "Interval",
    "PairedDifference",
    "Quantile",
    "StopWhenDecided",
    "Verdict",
    "class_shares",
    "confidence_sequence",
    "estimate_mean",
    "estimate_pass_at_k",
    "estimate_quantile",
    "estimate_rate",
    "group_intervals",
    "group_means",
    "holm",
    "mcnemar",
    "mcnemar_power",
    "paired_difference",
    "pass_at_k",
    "percentile",
    "sequential_verdict",
    "smallest_difference",
    "wilson",
]
