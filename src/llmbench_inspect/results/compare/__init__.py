"""Two or more sets of logs on the same samples: arms, metrics and how they differ."""

from .arm import Arm, Values, read_arms
from .comparison import Comparison, Side, compare_sides, label, shared, unfinished
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
    "label",
    "match",
    "read_arms",
    "read_metric",
    "shared",
    "unfinished",
]
