"""Rules held against logs: may this change go in?"""

from .judgement import EXIT_CODES, Judged, Judgement, UnreadableLogError, judge
from .policy import Policy, PolicyError, Rule, read_policy

__all__ = [
    "EXIT_CODES",
    "Judged",
    "Judgement",
    "Policy",
    "PolicyError",
    "Rule",
    "UnreadableLogError",
    "judge",
    "read_policy",
]
