"""Times and tokens of calls as tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from llmbench_inspect.statistics import Quantile

from .effort import Effort
from .grid import NONE, Figure, Grid, Heading, Line
from .untrusted import printable

_TIMES: Final = (
    "calls",
    "TTFT p50 (s)",
    "p95",
    "answer p50",
    "ITL p50 (ms)",
    "p95",
    "decode tokens/s",
    "whole call p50 (s)",
    "p95",
    "slow to start",
    "queued (s)",
    "retries (s)",
)
_TOKENS: Final = (
    "input",
    "cached",
    "output",
    "reasoning",
    "reasoning share",
    "loops",
    "output when solved",
    "when failed",
    "cost ($)",
)


def call_grids(models: Sequence[tuple[str, Effort]]) -> tuple[Grid, ...]:
    """Tables of the models' calls.

    Args:
        models: Names that can be printed, with what their calls took.

    Returns:
        A table of times and one of tokens; none where no model has timed calls.
    """
    if not models:
        return ()
    return (
        Grid(
            title="Calls",
            corner="model",
            headings=tuple(Heading(text, joined=text == "p95") for text in _TIMES),
            lines=tuple(Line(model, _times(told)) for model, told in models),
            notes=tuple(note for model, told in models for note in _notes(model, told)),
        ),
        Grid(
            title="Tokens",
            corner="model",
            headings=tuple(Heading(text, joined=text == "when failed") for text in _TOKENS),
            lines=tuple(Line(model, _tokens(told)) for model, told in models),
        ),
    )


def _times(told: Effort) -> tuple[Figure, ...]:
    return (
        Figure(str(told.calls)),
        _quantile(told.ttft_p50),
        _quantile(told.ttft_p95),
        _quantile(told.answer_p50),
        _milliseconds(told.itl_p50),
        _milliseconds(told.itl_p95),
        _quantile(told.decode_rate, decimals=1),
        _quantile(told.seconds_p50),
        _quantile(told.seconds_p95),
        Figure(NONE if told.slow_to_start is None else f"{told.slow_to_start:.0%}"),
        Figure(f"{told.queued:,.1f}"),
        Figure(f"{told.retries:,.1f}"),
    )


def _tokens(told: Effort) -> tuple[Figure, ...]:
    reasoning = NONE
    if told.reasoning_tokens is not None:
        reasoning = ("~" if told.reasoning_estimated else "") + f"{told.reasoning_tokens:,}"
    return (
        Figure(f"{told.input_tokens:,}"),
        Figure(f"{told.cached_tokens:,}"),
        Figure(f"{told.output_tokens:,}"),
        Figure(reasoning),
        Figure(NONE if told.reasoning_share is None else f"{told.reasoning_share:.0%}"),
        Figure(str(told.loops)),
        Figure(NONE if told.tokens_solved is None else f"{told.tokens_solved:,.0f}"),
        Figure(NONE if told.tokens_failed is None else f"{told.tokens_failed:,.0f}"),
        Figure("unavailable" if told.cost is None else f"{told.cost:,.4f}"),
    )


def _notes(model: str, told: Effort) -> Iterable[str]:
    parts = [f"{times} without times within the call ({printable(reason)})" for reason, times in told.untimed]
    if told.failed:
        parts.append(f"{told.failed} ended with an error")
    if told.retried:
        parts.append(f"{told.retried} asked for more than once")
    if told.busy:
        parts.append(
            f"{told.busy} while this client was itself at work all the time: their times are partly its own"
        )
    if parts:
        yield f"{model}: of {told.calls} calls, {'; '.join(parts)}"


def _quantile(told: Quantile | None, *, decimals: int = 2) -> Figure:
    if told is None:
        return Figure(NONE)
    aside = ""
    if told.interval is not None:
        aside = f"[{told.interval.low:,.{decimals}f}, {told.interval.high:,.{decimals}f}]"
    return Figure(f"{told.value:,.{decimals}f}", aside)


def _milliseconds(seconds: float | None) -> Figure:
    return Figure(NONE if seconds is None else f"{1000 * seconds:,.0f}")
