"""Where Inspect tells of a timed call's attempts: a hook that listens only while such a call is under way."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Final

from inspect_ai.hooks import (
    BeforeModelGenerate,
    Hooks,
    ModelCacheUsageData,
    ModelRetry,
    ModelUsageData,
    hooks,
)
from typing_extensions import override

from llmbench_inspect.telemetry.watch import Watch

WATCH: Final[ContextVar[Watch | None]] = ContextVar("llmbench_inspect_watch", default=None)
"""The watch of the timed call that this task is in."""


@hooks(name="call_timings", description="Notes attempts, pauses and cache hits of timed calls.")  # pyright: ignore[reportUntypedClassDecorator]
class CallAttempts(Hooks):
    """Passes what Inspect says to the watch of the call."""

    @override
    def enabled(self) -> bool:
        return WATCH.get() is not None

    @override
    async def on_before_model_generate(self, data: BeforeModelGenerate) -> None:
        if watch := WATCH.get():
            watch.attempt()

    @override
    async def on_model_retry(self, data: ModelRetry) -> None:
        if watch := WATCH.get():
            watch.pause(data.wait_time)

    @override
    async def on_model_cache_usage(self, data: ModelCacheUsageData) -> None:
        if watch := WATCH.get():
            watch.from_cache()

    @override
    async def on_model_usage(self, data: ModelUsageData) -> None:
        if watch := WATCH.get():
            watch.answered()
