"""The solver in threads, so that samples which solve do not hold up those that wait for a model."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from typing import Any, Final, TypeVar

import anyio
from anyio.lowlevel import RunVar

_Answer = TypeVar("_Answer")
_LIMITER: Final[RunVar[anyio.CapacityLimiter]] = RunVar("llmbench_inspect_solvers")


async def in_thread(work: Callable[..., _Answer], *arguments: Any) -> _Answer:
    """Run what uses the solver; as many at once as there are cores, the others wait."""
    try:
        limiter = _LIMITER.get()
    except LookupError:
        limiter = anyio.CapacityLimiter(os.cpu_count() or 1)
        _LIMITER.set(limiter)
    return await anyio.to_thread.run_sync(partial(work, *arguments), limiter=limiter)
