"""What attempts at problems take, and what more of it would bring; knows tables, not suites."""

from .account import Account, Composition, account, composition, token_efficiency
from .attempts import Amount, attempts
from .by_length import LengthScore, effective_length, scores_by_length
from .curve import BUDGETS, STEPS, Curve, Point, lengths, success_curve
from .difficulty import difficulty_correlation
from .groups import by_field, field_values, grouping_fields, with_metadata
from .profile import Profile, profile
from .resample import Measure
from .run_points import RunPoint

__all__ = [
    "BUDGETS",
    "STEPS",
    "Account",
    "Amount",
    "Composition",
    "Curve",
    "LengthScore",
    "Measure",
    "Point",
    "Profile",
    "RunPoint",
    "account",
    "attempts",
    "by_field",
    "composition",
    "difficulty_correlation",
    "effective_length",
    "field_values",
    "grouping_fields",
    "lengths",
    "profile",
    "scores_by_length",
    "success_curve",
    "token_efficiency",
    "with_metadata",
]
