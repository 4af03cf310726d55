"""Whether harder problems take more, where limits end some attempts early."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from .attempts import Amount
from .groups import field_values
from .resample import Measure, Problems, measure

WORDS: Final = ("trivial", "easy", "medium", "hard", "expert")
"""Words for difficulty, from the least on."""

_MOST: Final = 2000
"""Attempts of which all pairs are looked at; of more, some problems are taken."""


def difficulty_correlation(
    attempts: pl.DataFrame, amount: Amount, *, field: str = "difficulty"
) -> Measure | None:
    """Correlate the difficulty of problems with what attempts at them take.

    Somers' D: of the pairs of attempts at problems of different difficulty, the share in which the harder
    took more, less the share in which it took less. A pair counts only where its order is known: an
    attempt that a limit ended took more than one that ended before, and tells nothing of those that went
    on after it (as in Harrell's concordance, which is (D + 1) / 2).

    Args:
        attempts: Of one model, as `with_metadata` gives them.
        amount: What is spent.
        field: Of the samples' metadata, a number or one of `WORDS`.

    Returns:
        -1 to 1, with its interval over problems; `None` where no pair tells.

    Source:
        R. H. Somers, "A new asymmetric measure of association for ordinal variables", American
        Sociological Review 27 (1962), 799-811; F. E. Harrell et al., "Evaluating the yield of medical
        tests", JAMA 247 (1982), 2543-2546.
    """
    levels = [_level(value) for value in field_values(attempts, field)]
    told = attempts.with_columns(_level=pl.Series(levels, dtype=pl.Float64)).filter(
        pl.col("_level").is_not_null(), pl.col(amount) > 0
    )
    if told.is_empty():
        return None
    names = told["sample_id"].unique(maintain_order=True)
    told = told.filter(pl.col("sample_id").is_in(names.gather_every(-(-told.height // _MOST)).implode()))
    level = told["_level"].to_numpy()
    spent = told[amount].to_numpy().astype(np.float64)
    ended = ~told["censored"].to_numpy()
    shorter = ended[:, None] & ((spent[:, None] < spent) | ((spent[:, None] == spent) & ~ended[None, :]))
    known = shorter | shorter.T | (ended[:, None] & ended & (spent[:, None] == spent))
    easier = level[:, None] < level
    problems = Problems.of(told)
    signs = problems.sums(problems.sums(easier * (shorter.astype(np.float64) - shorter.T)).T)
    pairs = problems.sums(problems.sums((easier & known).astype(np.float64)).T)
    draws = problems.draws()
    with np.errstate(divide="ignore", invalid="ignore"):
        drawn = ((draws @ signs) * draws).sum(axis=1) / ((draws @ pairs) * draws).sum(axis=1)
        value = float(np.divide(signs.sum(), pairs.sum()))
    return measure(value, drawn, problems=problems.count)


def _level(value: object) -> float | None:
    if isinstance(value, str):
        return float(WORDS.index(value)) if value in WORDS else None
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
