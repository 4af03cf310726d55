"""Intervals, paired comparisons, tests that may end early, metrics for any suite; knows no logs.

Every start of Inspect imports this: of scipy only `import scipy`, which loads its parts when they are used.
"""

from .bootstrap import BootstrapDifference, bootstrap_difference, estimate_clustered_quantile
from .class_shares import class_shares
from .early_stopping import StopWhenDecided, until_decided
from .group_intervals import group_intervals
from .group_means import group_means
from .intervals import (
    Bounds,
    Estimate,
    Interval,
    Moments,
    estimate_mean,
    estimate_mean_of,
    estimate_rate,
    estimate_rate_of,
    wilson,
)
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
from .ratio import Part, estimate_ratio
from .sequential import Verdict, confidence_sequence, sequential_verdict

__all__ = [
    "Attempts",
    "BootstrapDifference",
    "Bounds",
    "Estimate",
    "Interval",
    "Moments",
    "PairedDifference",
    "Part",
    "Quantile",
    "StopWhenDecided",
    "Verdict",
    "bootstrap_difference",
    "class_shares",
    "confidence_sequence",
    "estimate_clustered_quantile",
    "estimate_mean",
    "estimate_mean_of",
    "estimate_pass_at_k",
    "estimate_quantile",
    "estimate_rate",
    "estimate_rate_of",
    "estimate_ratio",
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
    "until_decided",
    "wilson",
]
