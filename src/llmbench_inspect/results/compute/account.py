"""What solving problems takes one model: figures that need no curve."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from .curve import lengths
from .resample import Measure, Numbers, Problems, measure

_PARTS: Final = (
    "input_tokens",
    "input_tokens_cache_write",
    "input_tokens_cache_read",
    "output_tokens",
    "reasoning_tokens",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Composition:
    """Mean tokens of a sample by kind; a kind that no sample tells is 0."""

    input: float
    """Read, but not from a cache."""

    cached: float
    reasoning: float
    output: float
    """Written, without the reasoning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What one model's attempts took and came to; `None` where they do not tell a figure."""

    attempts: int
    problems: int
    censored: int
    """Attempts that a limit ended unsolved."""

    success: Measure
    """Share of attempts that were solved; one that a limit ended was not."""

    tokens: Measure | None
    """Mean of an attempt."""

    steps: Measure | None
    """Mean of an attempt."""

    tokens_per_solved: Measure | None
    """All tokens over the number of attempts that were solved."""

    efficiency: Measure | None
    """Success x 1000 / mean tokens of an attempt: solved attempts for each thousand tokens."""

    failed_over_solved: Measure | None
    """Mean tokens of an attempt that was not solved, over those of one that was."""

    reasoning_share: Measure | None
    """Reasoning tokens over output tokens, of the attempts that tell."""

    tokens_per_step: Measure | None
    """All tokens over all steps."""

    step_lengths: dict[int, Measure]
    """Percentiles of the steps that attempts take until they end by themselves."""

    token_lengths: dict[int, Measure]
    """The same of tokens."""


def token_efficiency(success: float, mean_tokens: float) -> float:
    """Solved attempts for each thousand tokens.

    Args:
        success: Share of attempts that were solved, 0 to 1.
        mean_tokens: Of all attempts, solved or not.
    """
    return success * 1000 / mean_tokens


def account(attempts: pl.DataFrame) -> Account | None:
    """Add up the attempts of one model.

    Args:
        attempts: As `attempts` gives them.

    Returns:
        The account, each figure with its interval over problems; `None` without attempts.
    """
    whole = _Sums(attempts)
    success = whole.ratio(pl.col("solved"), pl.lit(1), is_rate=True)
    if success is None:
        return None
    spent = _Sums(attempts.filter(pl.col("tokens") > 0))
    stepped = _Sums(attempts.filter(pl.col("steps") > 0))
    both = _Sums(attempts.filter(pl.col("tokens") > 0, pl.col("steps") > 0))
    thought = _Sums(attempts.filter(pl.col("reasoning_tokens").is_not_null(), pl.col("output_tokens") > 0))
    failed = (pl.lit(1) - pl.col("solved").cast(pl.Int64)) * pl.col("tokens")
    return Account(
        attempts=len(attempts),
        problems=whole.problems.count,
        censored=int(attempts["censored"].sum()),
        success=success,
        tokens=spent.ratio(pl.col("tokens"), pl.lit(1)),
        steps=stepped.ratio(pl.col("steps"), pl.lit(1)),
        tokens_per_solved=spent.ratio(pl.col("tokens"), pl.col("solved")),
        efficiency=spent.ratio(1000 * pl.col("solved"), pl.col("tokens")),
        failed_over_solved=spent.ratio_of_ratios(
            (failed, ~pl.col("solved")), (pl.col("tokens") - failed, pl.col("solved"))
        ),
        reasoning_share=thought.ratio(pl.col("reasoning_tokens"), pl.col("output_tokens"), is_rate=True),
        tokens_per_step=both.ratio(pl.col("tokens"), pl.col("steps")),
        step_lengths=lengths(attempts, "steps"),
        token_lengths=lengths(attempts, "tokens"),
    )


class _Sums:
    """Sums over the attempts at each problem, to be drawn from."""

    def __init__(self, attempts: pl.DataFrame) -> None:
        self.problems = Problems.of(attempts)
        self._attempts = attempts

    def ratio(self, above: pl.Expr, below: pl.Expr, *, is_rate: bool = False) -> Measure | None:
        value, drawn = self._ratio(above, below)
        return measure(value, drawn, problems=self.problems.count, is_rate=is_rate)

    def ratio_of_ratios(
        self, above: tuple[pl.Expr, pl.Expr], below: tuple[pl.Expr, pl.Expr]
    ) -> Measure | None:
        high, high_drawn = self._ratio(*above)
        low, low_drawn = self._ratio(*below)
        with np.errstate(divide="ignore", invalid="ignore"):
            return measure(float(np.divide(high, low)), high_drawn / low_drawn, problems=self.problems.count)

    def _ratio(self, above: pl.Expr, below: pl.Expr) -> tuple[float, Numbers]:
        if self._attempts.is_empty():
            return np.nan, np.empty(0)
        columns = self._attempts.select(above=above.cast(pl.Float64), below=below.cast(pl.Float64))
        sums = self.problems.sums(columns.to_numpy())
        drawn = self.problems.draws() @ sums
        total = sums.sum(axis=0)
        with np.errstate(divide="ignore", invalid="ignore"):
            return float(np.divide(total[0], total[1])), drawn[:, 0] / drawn[:, 1]


def composition(samples: pl.DataFrame) -> Composition | None:
    """Mean tokens of a sample by kind.

    Args:
        samples: Rows of the table of samples.

    Returns:
        The means; `None` where no sample tells its tokens.
    """
    told = samples.filter(pl.col("output_tokens").is_not_null() | pl.col("input_tokens").is_not_null())
    if told.is_empty():
        return None
    read, stored, cached, written, reasoning = told.select(pl.col(_PARTS).fill_null(0).mean()).row(0)
    return Composition(
        input=read + stored, cached=cached, reasoning=reasoning, output=max(0.0, written - reasoning)
    )
