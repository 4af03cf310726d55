"""Two or more sets of logs on the same samples: arms, metrics and how they differ."""

from .arm import Arm, Values, read_arms
from .comparison import Side, compare_sides, other_hardware, shared, unfinished
from .findings import Comparison
from .metric import RATE, Better, Metric, UnknownMetricError, read_metric
from .pairing import NoPair, Pair, match

__all__ = [
    "RATE",
    "Arm",
    "Better",
    "Comparison",
    "Metric",
    "NoPair",
    "Pair",
    "Side",
    "UnknownMetricError",
    "Values",
    "compare_sides",
    "match",
    "other_hardware",
    "read_arms",
    "read_metric",
    "shared",
    "unfinished",
]
