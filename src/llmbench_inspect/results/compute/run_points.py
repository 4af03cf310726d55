"""One metric of one run, to be shown by date."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from llmbench_inspect.statistics import Interval


class RunPoint(NamedTuple):
    """A metric of a run."""

    started: datetime
    value: float
    interval: Interval | None
    """95 % confidence interval."""
