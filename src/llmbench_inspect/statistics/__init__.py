"""Intervals for rates and means; knows numbers, not logs."""

from .intervals import Bounds, Estimate, Interval, estimate_mean, estimate_rate, wilson

__all__ = ["Bounds", "Estimate", "Interval", "estimate_mean", "estimate_rate", "wilson"]
