"""Whether a sample is solved: by the failure class that it names, else by its first plain score of 0 or 1."""

from __future__ import annotations

from typing import Final

import polars as pl

from llmbench_inspect.results.tables import NO_FAILURE

FIRST: Final = pl.col("value").filter(pl.col("key").is_null()).first()
"""Over the scores of a sample: its first plain one."""

SOLVED: Final = pl.coalesce(
    pl.col("failure_class") == NO_FAILURE,
    pl.when(pl.col("first").is_in([0.0, 1.0])).then(pl.col("first") == 1),
)
"""Of the columns `failure_class` and `first`; null where neither tells."""
