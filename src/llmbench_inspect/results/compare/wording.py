"""Figures as text, the same in every output."""

from __future__ import annotations

from llmbench_inspect.statistics import Interval

from .metric import RATE


def amount(value: float, unit: str) -> str:
    """A figure with its unit."""
    if unit == RATE:
        return f"{100 * value:.1f}%"
    return f"{number(value)} {unit}".rstrip()


def change(value: float, unit: str) -> str:
    """A difference with its sign and unit."""
    if unit == RATE:
        return f"{100 * value:+.1f} points"
    sign = "+" if value >= 0 else ""
    return f"{sign}{number(value)} {unit}".rstrip()


def size(value: float, unit: str) -> str:
    """A difference without a sign."""
    return change(abs(value), unit).lstrip("+")


def bounds(interval: Interval | None, unit: str) -> str:
    """Both ends of an interval in brackets; empty where there is none."""
    if interval is None:
        return ""
    if unit == RATE:
        return f"[{100 * interval.low:.1f}, {100 * interval.high:.1f}]"
    return f"[{number(interval.low)}, {number(interval.high)}]"


def number(value: float) -> str:
    """Three or more digits that count."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.2f}" if abs(value) >= 1 else f"{value:.3g}"


def count(number: int, noun: str) -> str:
    """So many of something."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def p_value(value: float) -> str:
    """A p-value, with the sign of its relation."""
    return "p < 0.001" if value < 0.001 else f"p = {value:.3f}"
