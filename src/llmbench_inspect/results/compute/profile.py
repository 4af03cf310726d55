"""All that is told of one model's attempts, worked out once for tables and figures."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from .account import Account, account
from .curve import BUDGETS, STEPS, Curve, Point, success_curve


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One model's attempts."""

    account: Account
    by_steps: Curve | None
    """Success within any number of steps; `None` where no attempt tells its steps."""

    by_tokens: Curve | None
    at_steps: tuple[Point, ...]
    """Success within some numbers of steps, as far as it is known."""

    at_tokens: tuple[Point, ...]
    """Success within some token budgets, as far as it is known."""


def profile(attempts: pl.DataFrame) -> Profile | None:
    """Work out all figures of one model.

    Args:
        attempts: As `attempts` gives them.

    Returns:
        The figures; `None` without attempts.
    """
    told = account(attempts)
    if told is None:
        return None
    at_steps = success_curve(attempts, "steps", at=STEPS)
    at_tokens = success_curve(attempts, "tokens", at=BUDGETS)
    return Profile(
        account=told,
        by_steps=success_curve(attempts, "steps"),
        by_tokens=success_curve(attempts, "tokens"),
        at_steps=at_steps.points if at_steps else (),
        at_tokens=at_tokens.points if at_tokens else (),
    )
